import Testing

/// A manifest of a certain shape.
struct Shape: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// How many Secrets there are.
  var unitCount = 1
  /// Whether every Secret has a name, which scope strict needs.
  var isNamed = true

  var testDescription: String { name }

  /// A Secret with these lines behind its metadata.
  static func secret(_ name: String, _ body: String) -> Shape {
    Shape(
      name: name,
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: shop\n\(body)")
  }

  static let all: [Shape] = values + metadata + flow + streams + lineBreaks

  private static let values: [Shape] = [
    .secret("plain values", "type: Opaque\ndata:\n  a: YQ==\n  b: Yg==\n"),
    .secret("text values", "stringData:\n  user: admin\n  url: postgres://u:p@h:5432/db?x=1\n"),
    .secret("both mappings", "data:\n  a: YQ==\nstringData:\n  b: two\n"),
    .secret("double quotes", "stringData:\n  a: \"x\\n\\u00e9 # no comment\"   \n  b: \"\"\n"),
    .secret("single quotes", "stringData:\n  a: 'it''s'\n  b: ''\n"),
    .secret("literal block", "stringData:\n  a: |\n    one\n     two\n\n    three\n  b: x\n"),
    .secret("literal strip", "stringData:\n  a: |-\n    one\n    two\n"),
    .secret("literal keep", "stringData:\n  a: |+\n    one\n\n\n  b: x\n"),
    .secret("literal keep at end", "stringData:\n  a: |+\n    one\n\n\n"),
    .secret("literal indented", "stringData:\n  a: |2\n      deep\n    less\n"),
    .secret("block on its own line", "stringData:\n  a:\n  |\n   one\n  b: x\n"),
    .secret("folded block", "stringData:\n  a: >\n    one\n    two\n\n    three\n"),
    .secret("folded with comment", "stringData:\n  a: >- # hidden\n    one\n    two\n  b: c\n"),
    .secret("multi-line plain", "stringData:\n  a: one\n    two\n    three\n  b: x\n"),
    .secret("multi-line quoted", "stringData:\n  a: \"one\n    two\\\n    three\"\n  b: x\n"),
    .secret("absent values", "data:\n  a:\n  b: Yg==\n  c:\n"),
    .secret("absent with anchor", "stringData:\n  a: &x\n  b: !!str\n  c: *x\n"),
    .secret("null values", "data:\n  a: null\n  b: ~\n"),
    .secret("numbers and booleans", "stringData:\n  a: 007\n  b: yes\n  c: 1.5e3\n"),
    .secret(
      "anchors and aliases", "stringData:\n  a: &one hidden-word\n  b: *one\n  c: &two 'x'\n"),
    .secret("tags", "stringData:\n  a: !!str 12\n  b: ! x\ndata:\n  c: !!binary YQ==\n"),
    .secret("quoted keys", "stringData:\n  'a.b': x\n  \"c d\": y\n"),
    .secret("unicode", "stringData:\n  ключ: значение\n  emoji: 🔑 key\n"),
    .secret("value on its own line", "stringData:\n  a:\n    hidden-word\n  b:\n    \"quoted\"\n"),
    .secret("explicit key", "stringData:\n  ? a\n  : one\n  b: two\n"),
    .secret("wide indentation", "stringData:\n        a: one\n        b: |\n              two\n"),
    .secret("trailing blanks", "stringData:  \n  a: one  \n  b: two\t\n\n\n"),
    .secret("comments", commented),
    .secret("empty comment", "stringData:\n  a: one #\n  #\n  b: two\n"),
    .secret("empty data", "data: {}\n"),
    .secret("absent data", "data:\ntype: Opaque\n"),
    .secret("no data", "type: Opaque\n"),
    .secret("data first key only", "data:\n  a: YQ=="),
    .secret("long value", "stringData:\n  a: \(String(repeating: "secret ", count: 5000))x\n"),
    .secret("same value twice", "stringData:\n  a: same\n  b: same\n"),
  ]

  private static let commented = """
    stringData: # of the mapping
      # old: hunter2
      a: one # of the value

      # between
      b: |  # of the block
        two
      # at the end
    # outside

    """

  private static let metadata: [Shape] = [
    Shape(
      name: "annotations",
      text: """
        apiVersion: v1
        kind: Secret
        metadata:
          name: db
          annotations:
            a: b # kept
            c: "d"
          labels: {app: shop}
        data:
          a: YQ==

        """),
    Shape(
      name: "annotations in flow",
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations: {a: b}\n  name: db\n"
        + "data:\n  a: YQ==\n"),
    Shape(
      name: "empty annotations",
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations: {}\n  name: db\n"
        + "data:\n  a: YQ==\n"),
    Shape(
      name: "absent annotations",
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n  name: db\n"
        + "data:\n  a: YQ==\n"),
    Shape(
      name: "metadata in flow",
      text: "kind: Secret\napiVersion: v1\nmetadata: {name: db, labels: {a: b}}\n"
        + "data: {a: YQ==}\n"),
    Shape(
      name: "metadata last",
      text: "data:\n  a: YQ==\nkind: Secret\napiVersion: v1\nmetadata:\n  name: db"),
    Shape(
      name: "generated name",
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  generateName: db-\ndata:\n  a: YQ==\n",
      isNamed: false),
  ]

  private static let flow: [Shape] = [
    Shape(
      name: "flow YAML",
      text:
        "{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {a: b, c: 'd', e: }}\n"
    ),
    Shape(
      name: "flow with comments",
      text: "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: { # one\n"
        + "  a: b, # two\n  c: d # three\n} # four\n"),
    Shape(
      name: "comments behind flow",
      text: "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n"
        + "  {a: b} # one\n\n  # two\n# outside\n # three\ndata: {}\n  # four\n"),
    Shape(
      name: "compact JSON",
      text: #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"data":{"a":"YQ=="}}"#),
    Shape(
      name: "pretty JSON",
      text: """
        {
          "apiVersion": "v1",
          "kind": "Secret",
          "metadata": {
            "name": "db",
            "annotations": {
              "a": "b"
            }
          },
          "stringData": {
            "a": "one\\n\\"two\\"",
            "b": null
          }
        }

        """),
    Shape(
      name: "JSON list",
      text: """
        {"apiVersion":"v1","kind":"List","items":[
          {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"k":"YQ=="}},
          {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"k":"v"}},
          {"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"},"data":{"k":"Yw=="}}]}

        """, unitCount: 2),
  ]

  private static let streams: [Shape] = [
    Shape(
      name: "stream of kinds",
      text: """
        # a file
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: c}
        data: {a: b}
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: one
        data:
          a: YQ==
        --- # the second
        apiVersion: v1
        kind: Secret
        metadata:
          name: two
        stringData:
          b: two
        ...

        """, unitCount: 2),
    Shape(
      name: "same name twice",
      text: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  a: YQ==\n---\n"
        + "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  a: YQ==\n",
      unitCount: 2),
    Shape(
      name: "secret list",
      text: """
        apiVersion: v1
        kind: SecretList
        items:
        - metadata:
            name: one
          data:
            a: YQ==
        - apiVersion: v1
          kind: Secret
          metadata: {name: two}
          stringData: {a: b}

        """, unitCount: 2),
    Shape(name: "no Secret", text: "apiVersion: v1\nkind: ConfigMap\n", unitCount: 0),
  ]

  private static let lineBreaks: [Shape] = [
    Shape(
      name: "CRLF",
      text: "apiVersion: v1\r\nkind: Secret\r\nmetadata:\r\n  name: db\r\nstringData:\r\n"
        + "  a: |\r\n    one\r\n    two\r\n  b: x # c\r\n"),
    Shape(
      name: "byte order mark",
      text: "\u{feff}apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  a: YQ==\n"),
    Shape(
      name: "directive",
      text: "%YAML 1.1\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n"
        + "  a: YQ==\n"),
  ]
}
