import Testing

@testable import Workspace

/// Recipients are taken out of a policy's text, and every other byte stays.
struct PolicyRemovalTests {
  static let head = "version: 1  # ours\n"

  /// A policy before and after bob and the key-encryption key `old.kek` are taken out.
  static let removals: [(name: String, before: String, after: String)] = [
    (
      "block list",
      "rules:\n  - paths: [a]\n    recipients:\n      - alice\n      - bob   # left\n      - carol\n",
      "rules:\n  - paths: [a]\n    recipients:\n      - alice\n      - carol\n"
    ),
    (
      "the first and the last", "rules:\n- recipients:\n  - bob\n  - alice\n  paths:\n  - bob\n",
      "rules:\n- recipients:\n  - alice\n  paths:\n  - bob\n"
    ),
    (
      "flow lists", "rules:\n  - {paths: [a], recipients: [bob, alice,  \"bob\" , carol, 'bob']}\n",
      "rules:\n  - {paths: [a], recipients: [alice,  carol]}\n"
    ),
    ("over lines", "required: [\n  alice,\n  bob\n]\n", "required: [\n  alice,\n\n]\n"),
    ("a comma at the end", "required: [alice, bob,]\n", "required: [alice, ]\n"),
    ("none is left", "required:\n  - bob\nrules: []\n", "required:\n  []\nrules: []\n"),
    ("none is left at the margin", "required:\n- bob\nrules: []\n", "required:\n []\nrules: []\n"),
    ("none is left in flow", "required: [ bob ]\n", "required: [ ]\n"),
    (
      "groups and required",
      "groups:\n  team: [alice, bob]\n  ops:\n    - bob\n    - dora\nrequired: [bob, zoe]\n",
      "groups:\n  team: [alice]\n  ops:\n    - dora\nrequired: [zoe]\n"
    ),
    (
      "files of keys",
      "rules:\n  - recipients: [old.kek]\n    kek-files: [bob, old.kek, new.kek]\n",
      "rules:\n  - recipients: [old.kek]\n    kek-files: [bob, new.kek]\n"
    ),
    (
      "CR LF and no line at the end",
      "required:\r\n  - alice\r\n  - bob\r\nrules:\r\n- recipients: [bob]",
      "required:\r\n  - alice\r\nrules:\r\n- recipients: []"
    ),
    (
      "names alone",
      "ignore: [bob]\nforbidden: [bob]\nother: {bob: bob}\nrequired: [bobby, abob]\n",
      "ignore: [bob]\nforbidden: [bob]\nother: {bob: bob}\nrequired: [bobby, abob]\n"
    ),
    ("nothing at all", "", ""),
  ]

  private static func removal(
    forbidding: [(text: String, name: String?)] = []
  ) -> PolicyRemoval {
    PolicyRemoval(
      isRevoked: { $1 ? $0 == "old.kek" : $0 == "bob" }, forbidden: forbidding)
  }

  @Test(arguments: removals.indices) func takesOutAndLeavesTheRest(_ index: Int) throws {
    let row = Self.removals[index]
    let (text, removed, added) = try Self.removal().text(
      of: Array((Self.head + row.before).utf8), path: "p")
    #expect(String(decoding: text, as: UTF8.self) == Self.head + row.after, "\(row.name)")
    #expect(removed.isEmpty == (row.before == row.after) && added.isEmpty)
    // Done again it changes nothing.
    #expect(try Self.removal().text(of: text, path: "p").text == text)
  }

  static let key = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"

  /// A policy before and after somebody is forbidden; nil where that is for people.
  static let forbidden: [(before: String, after: String?)] = [
    ("rules: []\n", "forbidden:\n  - \"\(key)\"  # bob, revoked\n\nrules: []\n"),
    ("forbidden: []\nrules: []\n", "forbidden: [\"\(key)\"]\nrules: []\n"),
    ("forbidden: [ zoe]\n", "forbidden: [\"\(key)\",  zoe]\n"),
    (
      "forbidden:\n  # these\n  - zoe\n  - dora\n",
      "forbidden:\n  # these\n  - \"\(key)\"  # bob, revoked\n  - zoe\n  - dora\n"
    ),
    ("forbidden: [\(key)]\n", "forbidden: [\(key)]\n"),
    ("forbidden:\n  - '\(key)' # x\n", "forbidden:\n  - '\(key)' # x\n"),
    ("{rules: []}\n", nil), ("forbidden: zoe\n", nil), ("ignore: [a]\n", nil),
  ]

  @Test(arguments: forbidden.indices) func forbids(_ index: Int) throws {
    let row = Self.forbidden[index]
    let removal = Self.removal(forbidding: [(Self.key, "bob")])
    let head = row.before.hasPrefix("{") ? "" : Self.head
    guard let after = row.after else {
      let error = #expect(throws: WorkspaceError.self) {
        try removal.text(of: Array((head + row.before).utf8), path: "p")
      }
      #expect(error?.kind == .configuration && error?.hints.joined().contains("by hand") == true)
      return
    }
    let (text, _, added) = try removal.text(of: Array((head + row.before).utf8), path: "p")
    #expect(String(decoding: text, as: UTF8.self) == head + after)
    #expect(added == (row.before == after ? [] : [Self.key]))
    #expect(try removal.text(of: text, path: "p").text == text)
  }

  @Test(arguments: [
    "required: [bob\n", "rules:\n  - recipients:\n      - &x bob\n      - *x\n",
    "rules:\n  - recipients:\n      -\n        bob\n", "required: [alice, ? bob]\n",
    "required:\n  - |\n    bob\n  - bob", "\"required\":\n  - !!str bob\n  - a\n",
    "required: bob\n",
  ])
  func whatIsWrittenOddlyIsRightOrRefused(_ text: String) {
    let before = Array((Self.head + text).utf8)
    do {
      let (after, removed, _) = try Self.removal().text(of: before, path: "p")
      // Whatever was done, nobody is left, and it reads as a policy's text.
      let again = try Self.removal().text(of: after, path: "p")
      #expect(again.removed.isEmpty && (removed.isEmpty ? after == before : after != before))
    } catch {
      #expect(error.kind == .configuration)
    }
  }
}
