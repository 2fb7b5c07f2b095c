import CryptoCore
import Manifest
import Testing
import YAMLSource

@Suite struct SecretValuesTests {
  private static let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"

  private func read(_ text: String) throws -> [String: String] {
    let manifest = try Manifest(Array(text.utf8))
    var buffer = WipedBuffer()
    let values = try SecretValues.append(
      of: manifest.units[0], tree: manifest.tree, source: manifest.text.span, to: &buffer)
    let bytes = buffer.array
    return Dictionary(
      uniqueKeysWithValues: values.map {
        ($0.key, String(decoding: bytes[$0.range], as: UTF8.self))
      })
  }

  @Test(arguments: [
    (
      "data:\n  a: YWI=\n  b: ''\n  c: |\n    YW\n    I=\n  d: YWL=\n",
      ["a": "ab", "b": "", "c": "ab", "d": "ab"]
    ),
    (
      "stringData:\n  a: x y\n  b: \"1\"\n  c: |\n    1\n  d: !!str 1\n  e: ! 1\n  f: 1:2\n",
      ["a": "x y", "b": "1", "c": "1\n", "d": "1", "e": "1", "f": "1:2"]
    ),
    (
      "data:\n  a: YWI=\n  b: YmI=\nstringData:\n  b: x\n  c: y z\n",
      ["a": "ab", "b": "x", "c": "y z"]
    ),
    ("data:\n  a: &x YWI=\n  b: *x\nstringData:\n  a: *x\n", ["a": "YWI=", "b": "ab"]),
    ("data: {}\nstringData:\n", [:]),
  ]) func values(_ text: String, _ expected: [String: String]) throws {
    #expect(try read(Self.head + text) == expected)
  }

  @Test func json() throws {
    let text =
      #"{"apiVersion":"v1","kind":"Secret","metadata":{},"data":{"a":"YWI=","b":"YQ\n=="}}"#
    #expect(try read(text) == ["a": "ab", "b": "a"])
  }

  /// What Kubernetes refuses, with the place of the value, and without the value.
  @Test(arguments: [
    ("data:\n  a: YWI\n", ManifestError.Code.notBase64), ("data:\n  a: Y_-=\n", .notBase64),
    ("data:\n  a: >\n    YW\n    I=\n", .notBase64), ("data:\n  a: YWI= YWI=\n", .notBase64),
    ("data:\n  a: \" YWI=\"\n", .notBase64), ("data:\n  a: =\n", .notBase64),
    ("data:\n  a: YWI=YWI=\n", .notBase64), ("data:\n  a: 1234\n", .notString),
    ("data:\n  a: null\n", .notString), ("data:\n  a:\n", .notString),
    ("data:\n  a: !!binary YWI=\n", .notString), ("stringData:\n  a: 1\n", .notString),
    ("stringData:\n  a: -1_0.5e+7\n", .notString), ("stringData:\n  a: 0x1F\n", .notString),
    ("stringData:\n  a: yes\n", .notString), ("stringData:\n  a: ~\n", .notString),
    ("stringData:\n  a: +.inf\n", .notString), ("stringData:\n  a: 0o17\n", .notString),
    ("stringData:\n  a: !!int x\n", .notString), ("stringData:\n  a: !x y\n", .notString),
  ]) func refusals(_ text: String, _ code: ManifestError.Code) throws {
    let error = try #require(throws: ManifestError.self) { try read(Self.head + text) }
    #expect(error.code == code)
    #expect(error.position.line == 6)
    #expect(!error.message.contains("YW"))
  }
}
