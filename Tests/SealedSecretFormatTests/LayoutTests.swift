import CryptoCore
import Foundation
import SealedSecretFormat
import TestSupport
import Testing
import YAMLSource

/// What texts look like behind sealing and opening.
@Suite struct LayoutTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let secret: String
    let sealed: String
    let opened: String
  }

  static let cases: [Case] = [
    Case(
      description: "comments, quotes and other documents",
      secret: """
        # first
        apiVersion: v1
        kind: Secret # the kind
        metadata:
          name: db
          namespace: prod
          labels:
            app: 'web'   # a label
            "quoted": |-
              x
                y
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: '{"data":{"user":"YWRtaW4="}}'
            note: '{a: b}'
          uid: 1-2
        # the data
        data:
          user: YWRtaW4=   # hunter1
          # hunter2
        # the type
        type: Opaque
        stringData:
          pw: x
          # hunter3
        ---
        kind: ConfigMap
        apiVersion: v1

        """,
      sealed: """
        # first
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret # the kind
        metadata:
          name: db
          namespace: prod
        # the data
        spec:
          encryptedData:
            pw: *
            user: *
          template:
            metadata:
              name: db
              namespace: prod
              labels:
                app: 'web'   # a label
                "quoted": |-
                  x
                    y
              annotations:
                note: '{a: b}'
            # the type
            type: Opaque
        ---
        kind: ConfigMap
        apiVersion: v1

        """,
      opened: """
        # first
        apiVersion: v1
        kind: Secret # the kind
        metadata:
          name: db
          namespace: prod
          labels:
            app: 'web'   # a label
            "quoted": |-
              x
                y
          annotations:
            note: '{a: b}'
        # the type
        type: Opaque
        # the data
        data:
          pw: eA==
          user: YWRtaW4=
        ---
        kind: ConfigMap
        apiVersion: v1

        """),
    Case(
      description: "a list with other things in it",
      secret: """
        apiVersion: v1
        kind: SecretList
        items:
        - kind: Secret
          apiVersion: v1
          metadata: {name: a, namespace: n, annotations: {"sealedsecrets.bitnami.com/cluster-wide": "true"}}
          data: {k: dg==}
        - kind: Secret
          apiVersion: v1
          metadata:
            namespace: yes
            name: 1
          immutable: true
          data:
            "1": MTIzNA==

        """,
      sealed: """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: bitnami.com/v1alpha1
          kind: SealedSecret
          metadata:
            annotations:
              sealedsecrets.bitnami.com/cluster-wide: "true"
            name: a
            namespace: "n"
          spec:
            encryptedData:
              k: *
            template:
              metadata: {name: a, namespace: "n", annotations: {"sealedsecrets.bitnami.com/cluster-wide": "true"}}
        - apiVersion: bitnami.com/v1alpha1
          kind: SealedSecret
          metadata:
            name: "1"
            namespace: "yes"
          spec:
            encryptedData:
              "1": *
            template:
              metadata:
                namespace: "yes"
                name: "1"
              immutable: true

        """,
      opened: """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Secret
          metadata: {name: a, namespace: "n", annotations: {"sealedsecrets.bitnami.com/cluster-wide": "true"}}
          data:
            k: dg==
        - apiVersion: v1
          kind: Secret
          metadata:
            namespace: "yes"
            name: "1"
          immutable: true
          data:
            "1": MTIzNA==

        """),
    Case(
      description: "JSON in one line",
      secret:
        #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"j","namespace":"n"},"data":{"a":"MQ=="}}"#,
      sealed:
        #"{"apiVersion":"bitnami.com/v1alpha1","kind":"SealedSecret","metadata":{"name":"j","namespace":"n"},"spec":{"encryptedData":{"a":"*"},"template":{"metadata":{"name":"j","namespace":"n"}}}}"#,
      opened:
        #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"j","namespace":"n"},"data":{"a":"MQ=="}}"#
    ),
    Case(
      description: "a block scalar that ends without a line break",
      secret: """
        apiVersion: v1
        kind: Secret
        type: Opaque
        data:
          k: dg==
        metadata:
          name: a
          namespace: prod
          annotations:
            note: |
              x
        """,
      sealed: """
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata:
          name: a
          namespace: prod
        spec:
          encryptedData:
            k: *
          template:
            metadata:
              name: a
              namespace: prod
              annotations:
                note: |-
                  x
            type: Opaque
        """,
      opened: """
        apiVersion: v1
        kind: Secret
        metadata:
          name: a
          namespace: prod
          annotations:
            note: |-
              x
        type: Opaque
        data:
          k: dg==
        """),
  ]

  @Test(arguments: cases) func keepsWhatIsNoValue(_ test: Case) throws {
    let text = try sealed(Array(test.secret.utf8))
    #expect(starred(text) == test.sealed)
    #expect(!text.contains("hunter"))
    let back = try opened(Array(text.utf8), try keys("keys/ss1.key"))
    #expect(back == test.opened)
  }

  /// Only the values that were meant are others.
  @Test func mergeTouchesNothingElse() throws {
    let before = """
      # mine
      apiVersion: bitnami.com/v1alpha1
      kind: SealedSecret
      metadata: {name: a, namespace: n}
      spec:
        encryptedData:
          one:   "AgAB"  # why
          two: >-
            AgAC

            # nothing

        template:   # odd

          type:  Opaque

      """
    let secret = Array(
      "kind: Secret\napiVersion: v1\nmetadata: {name: a}\nstringData: {three: c, one: a}\n".utf8)
    let editor = SealedSecretEditor(sealingFor: try certificate().key)
    let source = Array(before.utf8)
    let output = try editor.merge(secret.span, into: source.span)
    let after = string(output)
    #expect(
      starred(after)
        == before.replacing("AgAB", with: "*")
        .replacing("  template:", with: "    three: *\n  template:"))
  }

  @Test func reencryptionTouchesNothingElse() throws {
    let source = try KubesealCase.bytes("kubeseal/strict/sealed.yaml")
    let before = String(decoding: source, as: UTF8.self)
    let editor = SealedSecretEditor(sealingFor: try certificate("keys/ss2.crt").key)
    let output = try editor.reencrypt(source.span, by: try keys("keys/ss1.key", "keys/ss2.key"))
    let after = string(output)
    #expect(starred(after) == starred(before) && after != before)
    let again = Array(after.utf8)
    #expect(failure { _ = try opened(again, try keys("keys/ss1.key")) }?.code == .noKey)
    let twice = try editor.reencrypt(again.span, by: try keys("keys/ss1.key", "keys/ss2.key"))
    let isChanged = twice.isChanged
    #expect(!isChanged)
    let own = try contents(Array(try opened(again, try keys("keys/ss2.key")).utf8))
    let secret = try contents(try KubesealCase.bytes("kubeseal/strict/secret.yaml"))
    #expect(own == secret)
  }

  /// What is written in the other syntax says the same.
  @Test func otherSyntaxSaysTheSame() throws {
    let source = Array(Self.cases[1].secret.utf8)
    var json = WipedBuffer()
    try OtherSyntax.append(source.span, as: .json, to: &json)
    var yaml = WipedBuffer()
    try OtherSyntax.append(json.bytes, as: .yaml, to: &yaml)
    let given = try contents(source)
    let ofJSON = try contents(Array(copying: json.bytes))
    let ofYAML = try contents(Array(copying: yaml.bytes))
    #expect(ofYAML == ofJSON && given.count == ofJSON.count)
  }

  /// Refused, with a word on why.
  @Test(arguments: [
    ("a: &x b\nspec: {encryptedData: *x}", "not a mapping"),
    ("spec: {encryptedData: {a: 1, a: 2}}", "stands twice"),
    ("metadata: {<<: {name: x}}\nspec: {}", "merge key"),
    ("spec: {encryptedData: {a: [1]}}", "is a text"),
    ("spec: {encryptedData: {a: '!'}}\nmetadata: {name: x}", "not Base64"),
    ("spec: {encryptedData: {a: AgAA}}\nmetadata: {name: x}", "too short"),
    ("spec: {data: AgAA}\nmetadata: {name: x}", "before 2019"),
    ("spec: {template: {data: {a: '{{ .b }}'}}}\nmetadata: {name: x}", "no sealed value"),
    ("spec: {}", "without metadata.name"), ("metadata: {}", "without spec"),
  ])
  func refuses(_ rest: String, _ reason: String) throws {
    let source = Array("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n\(rest)\n".utf8)
    let keys = try keys("keys/ss3.key")
    #expect(failure { _ = try opened(source, keys) }?.message.contains(reason) == true)
  }
}
