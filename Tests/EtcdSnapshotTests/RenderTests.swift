import CryptoCore
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// Objects as they are printed, against what they were made of.
@Suite struct RenderTests {
  private func render(_ object: StoredObject) throws -> (form: RenderedObject.Form, text: String) {
    let plaintext = try #require(object.plaintext)
    return Self.render(plaintext.bytes)
  }

  private static func render(
    _ plaintext: borrowing WipedBuffer
  ) -> (form: RenderedObject.Form, text: String) {
    let rendered = RenderedObject(plaintext.bytes)
    let bytes = rendered.bytes.bytes
    return (rendered.form, String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
  }

  @Test(arguments: ["mixed-rotation", "configmaps-and-cr"]) func objects(_ name: String) throws {
    let fixture = EtcdFixture(name: name)
    let expected = try #require(try fixture.expected()["objects"] as? [[String: Any]])
    var options = try fixture.options()
    options.keys = Set(expected.map { Array(($0["key"] as? String ?? "").utf8) })
    var found: [String: StoredObject] = [:]
    _ = try Census.take(of: try SnapshotFile(fixture.path), options) { object in
      found[object.key] = object
      return true
    }
    #expect(found.count == expected.count)
    for entry in expected {
      let key = try #require(entry["key"] as? String)
      let kind = try #require(entry["kind"] as? String)
      let (form, text) = try render(try #require(found[key]))
      guard kind == "Secret" || kind == "ConfigMap" else {
        #expect(form == (entry["plaintext_encoding"] as? String == "json" ? .json : .raw))
        continue
      }
      #expect(form == .yaml)
      #expect(text.hasPrefix("apiVersion: v1\nkind: \(kind)\nmetadata:\n  name: "))
      for (name, value) in entry["data"] as? [String: String] ?? [:] {
        let isThere =
          text.contains("\n  \(name): \(value)\n") || text.contains("\n  \"\(name)\": \(value)\n")
          || text.contains("\n  \(name): \"")
        #expect(isThere, "\(key) \(name)\n\(text)")
      }
      #expect(text.contains("\n  namespace: ") || text.contains("\n  namespace: \""))
    }
  }

  /// A ConfigMap with texts that YAML would take for something else, and with what a terminal obeys.
  @Test func awkwardTexts() throws {
    let texts: [(String, String)] = [
      ("yes", "\"yes\""), ("Null", "\"Null\""), ("1e3", "\"1e3\""), ("", "\"\""),
      ("a b", "\"a b\""),
      ("a\nb\t\"\\", #""a\nb\t\"\\""#), ("\u{1b}[2J", #""\u001b[2J""#), ("é", "\"é\""),
      ("\u{2028}", #""\u2028""#), ("\u{202e}x", #""\u202ex""#), ("\u{9b}", #""\u009b""#),
      ("a/b-c_d.e", "a/b-c_d.e"), ("- a", "\"- a\""), ("~", "\"~\""), ("😀", "\"😀\""),
    ]
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2, UInt8(bytes.count)] + bytes
    }
    for (text, expected) in texts {
      let entry = field(1, Array("k".utf8)) + field(2, Array(text.utf8))
      let meta = field(1, field(1, Array("n".utf8)) + field(8, [8, 0]))
      let type = field(1, field(1, Array("v1".utf8)) + field(2, Array("ConfigMap".utf8)))
      let object = Array("k8s\u{0}".utf8) + type + field(2, meta + field(2, entry))
      let rendered = Self.render(WipedBuffer(copying: object.span))
      #expect(
        rendered.text == """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: "n"
            creationTimestamp: "1970-01-01T00:00:00Z"
          data:
            k: \(expected)

          """)
    }
  }
}
