import CryptoCore
import Foundation
import SealedSecretFormat
import TestSupport
import Testing

/// What the controller takes, refuses and makes, as kubeseal 0.36.6 and its packages do.
@Suite struct ControllerTests {
  private static let head =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: prod\n"
  private static let data = "data:\n  k: dg==\n"

  /// Its reader is strict: maps of texts hold texts, and a truth value is not in quotes.
  @Test(arguments: [
    (
      "  labels:\n    a: 1.10\n    b: on # x\n    c: v\n",
      ["a: \"1.10\"\n", "b: \"on\" # x\n", "c: v\n"]
    ),
    ("  labels: {a: 0x1F, b: ~}\n", ["{a: \"0x1F\", b: ~}"]),
    ("  annotations: {a: n}\n  finalizers: [1, x]\n", ["{a: \"n\"}", "[\"1\", x]"]),
    ("type: 1\n", ["type: \"1\"\n"]), ("immutable: yes\n", ["immutable: yes\n"]),
    (
      "  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: Yes\n",
      ["metadata:\n  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: \"true\"\n  name: a"]
    ),
  ]) func makesTexts(_ rest: String, _ expected: [String]) throws {
    let text = try sealed(Array((Self.head + rest + Self.data).utf8))
    for part in expected { #expect(text.contains(part), "\(text)") }
    // What an older version wrote is made right when it is opened.
    let old = text.replacing("\"", with: "")
    let back = try opened(Array(old.utf8), try keys("keys/ss1.key"))
    for part in expected where !part.hasPrefix("metadata") {
      #expect(back.contains(part), "\(back)")
    }
  }

  @Test(arguments: [
    ("  labels: x\n", "no mapping"), ("  labels: {a: [b]}\n", "labels/a is a collection"),
    ("  annotations: {a: !!int \"3\"}\n", "has a tag"), ("  finalizers: a\n", "no list"),
    ("  labels: {~: x}\n", "a key that is no text"),
    ("immutable: \"true\"\n", "neither true nor false"),
    ("immutable: 1\n", "neither true nor false"),
  ]) func refuses(_ rest: String, _ reason: String) throws {
    let error = failure { _ = try sealed(Array((Self.head + rest + Self.data).utf8)) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "sealed")")
  }

  /// An empty value is null to kubeseal when it opens.
  @Test func nullIsAnEmptyValue() throws {
    let text = try sealed(Array((Self.head + "data:\n  a: null\n  b:\n").utf8))
    let back = try contents(Array(try opened(Array(text.utf8), try keys("keys/ss1.key")).utf8))
    #expect(back == ["prod/a  a= b="])
  }

  /// They end a line in YAML, and none in JSON.
  @Test func lineSeparatorsInJSON() throws {
    let json = """
      {"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "a", "namespace": "n",
          "annotations": {"b": "x\u{2028}  y\u{85}z"}},
        "data": {"k": "dg=="}}
      """
    let text = try sealed(Array(json.utf8), scope: .clusterWide)
    #expect(text.contains("x\u{2028}  y\u{85}z") && text.contains("cluster-wide"))
  }

  /// Name and namespace as kubeseal has them.
  @Test func namesAndNamespaces() throws {
    var settings = SealedSecretSealer.Settings(key: try certificate().key)
    settings.name = "b"
    settings.namespace = "other"
    settings.refusesOtherNamespaces = true
    let source = Array((Self.head + Self.data).utf8)
    let refused = failure { _ = try SealedSecretSealer(settings).seal(source.span) }
    #expect(refused?.message == "the Secret is in the namespace prod, and other was named")
    settings.scope = .clusterWide
    let wide = string(try SealedSecretSealer(settings).seal(source.span))
    #expect(wide.contains("  name: b\n  namespace: prod\n"))
    let without = Array((Self.head.replacing("  namespace: prod\n", with: "") + Self.data).utf8)
    #expect(!string(try SealedSecretSealer(settings).seal(without.span)).contains("namespace:"))
    let two = Array((Self.head + Self.data + "---\n" + Self.head + Self.data).utf8)
    #expect(failure { _ = try SealedSecretSealer(settings).seal(two.span) }?.code == .malformed)
  }

  /// The Secret is the SealedSecret's, whatever the template says.
  @Test func templateNamesNobodyElse() throws {
    let text = """
      apiVersion: bitnami.com/v1alpha1
      kind: SealedSecret
      metadata:
        name: a
        annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}
      spec:
        template:
          metadata:
            name: b
            namespace: c
            ownerReferences:
            - kind: Pod
            labels: {x: z}

      """
    let back = try opened(Array(text.utf8), try keys("keys/ss1.key"))
    #expect(back.contains("metadata:\n  name: a\n  labels: {x: z}\n"), "\(back)")
    let kept = text.replacing(
      "labels: {x: z}",
      with: """
        annotations: {sealedsecrets.bitnami.com/skip-set-owner-references: "true"}
        """)
    #expect(try opened(Array(kept.utf8), try keys("keys/ss1.key")).contains("kind: Pod"))
  }

  /// What Go's templates and sprig's functions make of `hunter2`, `a "b"` and two lines.
  @Test(arguments: [
    ("", ""), ("{{ .pw }}", "hunter2"), ("u:{{.pw}}@{{ .q}}", "u:hunter2@a \"b\""),
    ("x  {{- .pw -}}\n y", "xhunter2y"), ("x {{- /* c */ -}} y{{/* d */}}", "xy"),
    ("{{ index . \"q\" | quote }}", "\"a \\\"b\\\"\""),
    ("{{ .pw | upper | b64enc }}", "SFVOVEVSMg=="),
    ("{{ \"aGk=\" | b64dec }}{{ `r\\n` }}{{ \"\\\"\\n\" }}", "hir\\n\"\n"),
    ("{{ .l | indent 2 }}|{{ nindent 1 .l }}", "  1\n  2|\n 1\n 2"),
    ("{{ squote .pw }}", "'hunter2'"),
    ("{{ \" \\tx \" | trim }}{{ toString .pw }}{{ \"A\" | lower }}", "xhunter2a"), ("} {", "} {"),
    ("{{ \"aG\\nk=\\n\" | b64dec }}", "hi"),
  ]) func makesTemplates(_ template: String, _ expected: String) throws {
    let made = try Self.made(template)
    #expect(made == Data(expected.utf8).base64EncodedString())
  }

  /// What is not made here, or not by Go either.
  @Test(arguments: [
    "{{ .none }}", "{{ . }}", "{{ .a.b }}", "{{ if .pw }}x{{ end }}", "{{ $x }}", "{{ .pw", "{{ }}",
    "{{ .pw | }}", "{{ .pw | .l }}", "{{ now }}", "{{ indent .l }}", "{{ indent 010 .l }}",
    "{{ .1 }}",
    "{{-.pw}}", "{{ \"x }}", "{{ 'x' }}", "{{ (quote .pw) }}", "{{ \"?\" | b64dec }}", "{{ .pw.}}",
    "{{ upper \"é\" }}", "{{ 1 | quote }}", "{{ quote .pw .l }}", "{{ \"\\u00e9\" }}",
    "{{ .pw}.l }}", "{{/* c */ }}", "{{/* c */  -}}",
  ]) func refusesTemplates(_ template: String) throws {
    let error = failure { _ = try Self.made(template) }
    #expect(error?.code == .unsupported && error?.hints.first?.contains("leave-out") == true)
  }

  /// A few bytes make no more than they may: neither in a row, nor in width, nor in number.
  @Test(arguments: [(" | b64enc", 100, 1), (" | indent 999", 1_000, 1), (" | b64enc", 45, 20)])
  func templatesAreBounded(_ step: String, _ count: Int, _ times: Int) throws {
    let action = "{{ .l" + String(repeating: step, count: count) + " }}"
    let error = failure { _ = try Self.made(String(repeating: action, count: times)) }
    #expect(error?.message.contains("more than 64 MiB") == true)
  }

  private static func made(_ template: String) throws -> String {
    let values = "stringData:\n  pw: hunter2\n  q: a \"b\"\n  l: \"1\\n2\"\n  made: old\n"
    let text = try sealed(Array((head + values).utf8))
    let quoted = String(decoding: try JSONEncoder().encode(template), as: UTF8.self)
      .replacing("\\/", with: "/")
    let whole = text + "    data:\n      made: \(quoted)\n"
    let back = try opened(Array(whole.utf8), try keys("keys/ss1.key"))
    let line = back.split(separator: "\n").first { $0.hasPrefix("  made: ") }
    return (line?.dropFirst("  made: ".count)).map { $0 == "\"\"" ? "" : String($0) } ?? "none"
  }

  /// Labels and annotations come along; name, namespace and scope stay.
  @Test func mergeTakesLabelsAlong() throws {
    let target = """
      apiVersion: bitnami.com/v1alpha1
      kind: SealedSecret
      metadata: {name: a, namespace: prod}
      spec:
        encryptedData:
          k: AgAA # why
        template:
          metadata:
            name: a
            labels:
              old: x
              same: x # same

      """
    let secret =
      Self.head + """
          labels: {new: 1, old: "y", same: x}
          annotations:
            sealedsecrets.bitnami.com/cluster-wide: "true"
            note: "a\\nb"
        data: {j: null}

        """
    let editor = SealedSecretEditor(sealingFor: try certificate().key)
    let merged = string(
      try editor.merge(Array(secret.utf8).span, into: Array(target.utf8).span))
    #expect(
      starred(merged)
        == target.replacing("AgAA # why\n", with: "AgAA # why\n    j: *\n")
        .replacing("old: x", with: "old: \"y\"")
        .replacing(
          "x # same\n",
          with: """
            x # same
                    new: "1"
                  annotations:
                    note: "a\\nb"

            """))
    for bare in ["", "  template:\n", "  template: {metadata: null}\n"] {
      let before = target.prefix { $0 != "#" } + "\n" + bare
      let after = string(
        try editor.merge(Array(secret.utf8).span, into: Array(before.utf8).span))
      let back = failure { _ = try opened(Array(after.utf8), try keys("keys/ss1.key")) }
      #expect(back?.code == .malformed && after.contains("note") && after.contains("new"))
    }
    let empty = Array((Self.head + "  labels: {z: z}\n").utf8)
    let refused = failure { _ = try editor.merge(empty.span, into: Array(target.utf8).span) }
    #expect(refused?.code == .noData)
    for change: (inout SealedSecretEditor.Expected) -> Void in [
      { $0.scope = .clusterWide }, { $0.name = "b" }, { $0.namespace = "b" },
    ] {
      var expected = SealedSecretEditor.Expected()
      change(&expected)
      let error = failure {
        _ = try editor.merge(
          Array(secret.utf8).span, into: Array(target.utf8).span, expecting: expected)
      }
      #expect(error?.code == .noSealedSecret)
    }
  }
}
