import SOPSFormat
import TestSupport
import Testing

/// Texts encrypted and decrypted: what SOPS 3.13 made of each.
@Suite struct LayoutTests {
  private static let texts: [(store: SOPSStore, text: String, laidOut: String)] = [
    // Quotes that open at a line's end; marks alone; ends of lines; white space of Unicode.
    (.ini, "a = \"\"\"\nl 1\nl 2\n\"\"\"\nb = 1\n", "a = \"\"\"\nl 1\nl 2\n\"\"\"\nb = 1\n"),
    (.ini, "a = \"\"\"", "a = \"\"\"\n"),
    (
      .ini, "a = \"\"\"x\"\"\" ; c\nb = \"\"\"\nx\n\"\"\" ; d\n",
      "a = x\n; d\nb = \"\"\"\nx\n\"\"\"\n"
    ),
    (
      .ini, "#\na = 1\n# x  \n# y\nb = \\;\n;\n[s]\n", "a = 1\n; x\n# y\n; \nb = \\\n\n[s]\n"
    ),
    (
      .ini, "# one\r\n# two\r\n[s]\r\n; three\r\n; four\r\nk = v\r\n",
      "; one\r\n# two\n[s]\n; three\n; four\nk = v\n"
    ),
    (.ini, "a = x\u{a0}\nb = \"\u{2003}y\"\n", "a = x\nb = \"\u{2003}y\"\n"),
    // A key said again: its comment counts, its place does not.
    (.ini, "k = 1\nj = 2\n; c\nk = 1\n; d\nj = 2\n", "; c\nk = 1\n; d\nj = 2\n"),
    // The tag that says nothing; a mark at the beginning.
    (
      .yaml, "a: ! 5\nb: ! \"5\"\n! c: ! 2001-01-01\n", "a: 5\nb: \"5\"\nc: 2001-01-01T00:00:00Z\n"
    ),
    (
      .yaml, "a: \"\\uFEFFx \\n\"\nb: \"x\\uFEFF\"\n",
      "a: \"\\uFEFF\\x78\\x20\\n\"\nb: \"x\\uFEFF\"\n"
    ),
    // Comments at lists as far in as their key, and behind a dash.
    (.yaml, "k:\n- a\n# c\nj: 1\n", "k:\n    - a\n# c\nj: 1\n"),
    (.yaml, "k:\n- a\n# c\n\nj: 1\n", "k:\n    - a\n    # c\nj: 1\n"),
    (.yaml, "k:\n- a: 1\n# c\n", "k:\n    - a: 1\n# c\n"),
    (
      .yaml, "l:\n  k:\n  - x: 1\n  # c\n  j: 2\n",
      "l:\n    k:\n        - x: 1\n    # c\n    j: 2\n"
    ),
    (
      .yaml, "k:\n-\n  # c\n  a: 1\n- # d\n  b: 2\n",
      "k:\n    # c\n    - a: 1\n    # d\n    - b: 2\n"
    ),
    (
      .yaml, "%YAML 1.1\n---\nk:\n  <<: [{a: 1}, {b: 2}]\n",
      "k:\n    !!merge <<:\n        - a: 1\n        - b: 2\n"
    ),
  ]

  @Test(arguments: texts)
  func laysOut(_ test: (store: SOPSStore, text: String, laidOut: String)) throws {
    #expect(try laidOut(Array(test.text.utf8), test.store) == test.laidOut)
  }

  @Test(arguments: [
    (SOPSStore.ini, "a = \"\"\"\n"), (.ini, "a = \"\"\"y\nz\n"), (.yaml, "a: 1\n<<: x\n"),
    (.yaml, "a: 1\n<<: [{b: 1}, 1]\n"), (.yaml, "%YAML 1.2\n---\na: 1\n"),
  ])
  func refuses(_ store: SOPSStore, _ source: String) throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let bytes = Array(source.utf8)
    let settings = SOPSSettings(for: reader)
    let found = code { () throws(SOPSError) in
      _ = try writer.encrypt(bytes.span, store: store, settings: settings)
    }
    #expect(found == .syntax)
  }

  @Test(arguments: ["k = 1\nk = 2\n", "; c\nk = 1\nk = 1\n", "k = 1\n; c\nk = 1\n; d\nk = 1\n"])
  func refusesWhatSOPSWouldLose(_ source: String) throws {
    let bytes = Array(source.utf8)
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let settings = SOPSSettings(for: reader)
    let found = code { () throws(SOPSError) in
      _ = try writer.encrypt(bytes.span, store: .ini, settings: settings)
    }
    #expect(found == .duplicateKey)
  }

  @Test(arguments: [
    ("3.13.2", true), ("99.0.0-rc.1+b", true), ("v3.9.4", true), ("1.0", true), ("", false),
    ("3.13", false), ("3.x.1", false), ("3.13.02", false), ("null", false), ("3.13.2 ", false),
  ])
  func wantsAVersion(_ version: String, _ isFine: Bool) throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let written = try writer.encrypt(
      Array("A=1\n".utf8).span, store: .dotenv, settings: SOPSSettings(for: reader))
    let lines = text(written).split(separator: "\n").map {
      $0.hasPrefix("sops_version=") ? "sops_version=\(version)" : String($0)
    }
    let altered = Array(lines.joined(separator: "\n").utf8)
    let file = try SOPSFile.read(altered.span, store: .dotenv)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    #expect(failure(of: file, key) == (isFine ? nil : .malformedMetadata))
  }
}
