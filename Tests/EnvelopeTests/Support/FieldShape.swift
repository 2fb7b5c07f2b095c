import Manifest

@testable import Envelope

/// An object that is no Secret, and which of its fields are sealed.
struct FieldShape: Sendable {
  let name: String
  let text: String
  let rule: FieldRule
  /// The names of its entries, in order, when they are to be compared.
  var entries: [String]?

  init(
    _ name: String, _ apiVersion: String, _ kind: String, _ paths: [String], _ body: String,
    entries: [String]? = nil
  ) {
    self.name = name
    self.entries = entries
    text =
      "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata:\n  name: db\n  namespace: shop\n" + body
    rule = Self.rule(apiVersion, kind, paths)
  }

  static func rule(_ apiVersion: String, _ kind: String, _ paths: [String]) -> FieldRule {
    FieldRule(
      apiVersion: apiVersion, kind: kind, patterns: paths.compactMap { try? FieldPattern($0) })
  }

  /// What must not be readable once it is sealed has this in it.
  static let mark = "hidden"

  static let all = [
    FieldShape(
      "config map", "v1", "ConfigMap", [#"data["tls.key"]"#, "data.*-password"],
      """
      data:
        # stays
        tls.key: |-
          hidden
            hidden
        a/b: open
        db-password: "hidden" # hidden too
          # hidden as well
        # stays
        user: open

      """,
      entries: ["data/tls.key", "data/db-password", "data/db-password#", "data/db-password#"]),
    FieldShape(
      "helm release", "helm.toolkit.fluxcd.io/v2", "HelmRelease",
      ["spec.values.database", "spec.**.password"],
      """
      spec:
        chart: {spec: {chart: web, version: 1.2.x}}
        valuesFrom: [{kind: ConfigMap, name: x}]
        values:
          replicas: 3
          auth: {password: hidden, user: open}
          database: # hidden
            host: hidden.example
            port: 5432
            tls: true
            none: null
            tilde: ~
            nothing:
            list: []
            map: {}
            # hidden
            extra:
            - hidden
            - {a: [hidden, 'hidden', 1.5]}
            -
            - - |
                hidden

              - >+
                hidden

            "80": &port hidden
            again: *port
          sidecars:
          - name: open
            env:
            - {name: A, password: "hidden"}

      """,
      entries: [
        "spec/values/auth/password", "spec/values/database#", "spec/values/database/host",
        "spec/values/database/port", "spec/values/database/tls", "spec/values/database/none",
        "spec/values/database/tilde", "spec/values/database/nothing",
        "spec/values/database/list", "spec/values/database/map", "spec/values/database#",
        "spec/values/database/extra/0", "spec/values/database/extra/1/a/0",
        "spec/values/database/extra/1/a/1", "spec/values/database/extra/1/a/2",
        "spec/values/database/extra/2", "spec/values/database/extra/3/0",
        "spec/values/database/extra/3/1", "spec/values/database/%2280%22",
        "spec/values/database/again", "spec/values/sidecars/0/env/0/password",
      ]),
    FieldShape(
      "list indexes", "example.com/v1", "Widget",
      ["spec.steps[*].env[1].value", "spec.matrix[0][*].a"],
      """
      spec:
        steps:
        - env:
          - value: open
          - value: hidden
        - env: [{value: open}, {value: hidden}, {value: open}]
        - run: open
        matrix: [[{a: hidden}, {a: hidden, b: open}], [{a: open}]]

      """,
      entries: [
        "spec/steps/0/env/1/value", "spec/steps/1/env/1/value", "spec/matrix/0/0/a",
        "spec/matrix/0/1/a",
      ]),
    FieldShape(
      "keys with dots and slashes", "example.com/v1", "Widget",
      [#"spec["a.b/c"].d"#, #"spec["x[*]"]"#, "spec.*hid*"],
      """
      spec:
        a.b/c: {d: hidden, e: open}
        "x[*]": hidden
        a: {b/c: {d: open}}
        a-hid-b: hidden
        ? explicit.hid
        : hidden

      """,
      entries: ["spec/a.b%2Fc/d", "spec/x%5B%2A%5D", "spec/a-hid-b", "spec/explicit.hid"]),
    FieldShape(
      "a whole spec", "external-secrets.io/v1", "ExternalSecret", ["spec"],
      "spec:\n  data: [hidden, # hidden\n    hidden]\n  more:\n    deep: {er: 'hid\n      den hidden'}\n"
    ),
    FieldShape(
      "a path that matches nothing beside one", "v1", "ConfigMap", ["data.a", "binaryData.b"],
      "data: {a: hidden}\n", entries: ["data/a"]),
    FieldShape(
      "anchors and merge keys", "example.com/v1", "Widget", ["spec"],
      """
      spec:
        base: &base {a: hidden, b: &b hidden}
        copy:
          <<: *base
          c: *b
        tag: !!str hidden

      """),
  ]

  /// JSON, where what is no string comes back as it was.
  static let json = FieldShape(
    json: """
      {"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},
          "spec":{"n": 1.50, "t":true, "s":"hidden", "z":null, "l":[ ], "m":{ }, "o":[-2E+3]}}]}

      """)

  private init(json: String) {
    name = "json"
    text = json
    rule = Self.rule("example.com/v1", "Widget", ["spec"])
  }

  func settings(_ bench: Bench, _ cipher: CipherName = .aes256GCM) -> SealSettings {
    var settings = bench.settings(cipher)
    settings.fields = FieldChoice(rules: [rule])
    return settings
  }
}
