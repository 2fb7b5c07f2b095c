import Manifest
import TestSupport
import Testing
import YAMLSource

/// Time grows with the text, whatever it consists of.
@Suite struct LinearTests {
  private static let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"
  private static let json =
    #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"é"},"data":{"a":"YQ=="}}"#

  struct Growing: CustomTestStringConvertible, Sendable {
    let name: String
    let text: @Sendable (Int) -> String
    var testDescription: String { name }
  }

  @Test(arguments: [
    Growing(name: "many keys") { count in
      secret + "data:\n" + (0..<count).map { "  k\($0): YQ== # c\n" }.joined()
    },
    Growing(name: "many keys in flow") { count in
      secret + "data: {" + (0..<count).map { "k\($0): YQ==" }.joined(separator: ", ") + "}\n"
    },
    Growing(name: "many comments") { count in
      secret + "data:\n  a: YQ==\n" + String(repeating: "  # c\n\n# d\n", count: count)
    },
    Growing(name: "many Secrets") { count in
      String(repeating: secret + "data:\n  a: YQ==\n---\n", count: count / 4)
    },
    Growing(name: "many Secrets in one line of JSON") { count in
      #"{"apiVersion":"v1","kind":"List","items":["#
        + Array(repeating: json, count: count / 4).joined(separator: ",") + "]}"
    },
    Growing(name: "many aliases of a Secret") { count in
      "apiVersion: v1\nkind: List\nitems:\n- &a\n  "
        + secret.replacing("\n", with: "\n  ") + "data: {}\n"
        + String(repeating: "- *a\n", count: min(count, 9_000))
    },
    Growing(name: "many aliases of a large mapping") { count in
      "apiVersion: v1\nkind: List\nitems:\n- &a {"
        + (0..<count).map { "k\($0): v" }.joined(separator: ", ") + "}\n"
        + String(repeating: "- *a\n- <<: *a\n", count: min(count / 4, 4_000))
    },
    Growing(name: "a long value") { count in
      secret + "data:\n  a: |\n" + String(repeating: "    YWFhYWFhYWFh\n", count: count)
    },
    Growing(name: "many tokens in a comment") { count in
      secret + "data:\n  a: SEALWAX1 # " + String(repeating: "SEALWAX1 ", count: count) + "\n"
    },
  ]) func isLinear(_ growing: Growing) throws {
    func time(_ count: Int) throws -> Duration {
      let text = Array(growing.text(count).utf8)
      return try cpuTime {
        let manifest = try Manifest(text)
        var edits = SpliceEdits()
        for unit in manifest.units {
          _ = try EnvelopeEditor.layout(for: unit, tree: manifest.tree, source: text.span)
          try EnvelopeInsertion(into: unit, tree: manifest.tree, source: text.span)
            .insert(RoundTrip.envelope, edits: &edits)
        }
        _ = try manifest.apply(edits)
      }
    }
    _ = try time(500)
    let (short, long) = (try time(1_000), try time(8_000))
    // Eight times the text: sixty-four times the time if it were quadratic.
    #expect(long < short * 30 + .milliseconds(50), "\(short), \(long)")
  }
}
