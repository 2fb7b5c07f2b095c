import CryptoCore
import SOPSFormat
import Testing

/// Decrypting into the text as it is: everything but values and metadata stays.
@Suite struct PreserveTests {
  private static func cases() throws -> [InteropCase] {
    try InteropCase.all().filter {
      $0.row.expect == .decrypts && $0.row.keys.allSatisfy { $0.type != "pgp-secret-key" }
        && !$0.row.id.hasPrefix("big-")
    }
  }

  /// What SOPS wrote comes out as SOPS lays it out, but for comments, which stay where they were.
  @Test(arguments: try cases())
  func givesSOPSLayout(_ test: InteropCase) throws {
    let encrypted = try InteropCase.bytes(try #require(test.row.file))
    let file = try SOPSFile.read(encrypted.span, store: test.store)
    let key = try SOPSDataKey.recover(
      from: file.metadata, using: try InteropKeys.unwrappers(test.row.keys))
    let plain = try file.decrypt(key)
    let preserved = try file.decrypt(key, style: .preserved)
    // Comments behind values, two spaces, no line break at the end: those stay as they are.
    let different = ["yaml-comments", "yaml-indent2", "ver-3.9.4-json"]
    guard !different.contains(test.row.id) else {
      #expect(text(preserved.text) != text(plain.text))
      return
    }
    #expect(text(preserved.text) == text(plain.text))
  }

  /// An encrypted text by hand: what stands around the values.
  @Test func keepsEverythingElse() throws {
    let reader = try Reader()
    let source = """
      a: 1
      b:
          c: |
              two
              lines
          d: [x, "y z"]
      list:
          - true
          - k: 1.5

      """
    var writer = SOPSWriter(date: date)
    let written = try writer.encrypt(
      Array(source.utf8).span, store: .yaml, settings: .init(for: reader))
    // Somebody lays the file out anew: two spaces, empty lines, comments.
    var changed: [String] = []
    var isMetadata = false
    for line in text(written).split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      let body = line.dropFirst(indent)
      if body == "sops:" {
        changed.append("# not secret")
        isMetadata = true
      }
      changed.append(isMetadata ? String(line) : String(repeating: " ", count: indent / 2) + body)
      if body.hasPrefix("a:") { changed += ["", "# plain", ""] }
    }
    let relaid = changed.joined(separator: "\n")
    let file = try SOPSFile.read(Array(relaid.utf8).span, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let opened = try file.decrypt(key, style: .preserved)
    #expect(
      text(opened.text) == """
        a: 1

        # plain

        b:
          c: |
            two
            lines
          d:
            - x
            - y z
        list:
          - true
          - k: 1.5
        # not secret

        """)
    #expect(opened.notices.count == 2)
  }

  /// Layouts in which a word in the place of a value, or a text without its metadata, could be read
  /// in another way: what comes out holds what was decrypted.
  @Test(arguments: [
    ("", ""), ("s: ENC", "s: !!str ENC"), ("s: ENC", "s: &x ENC"), ("s: ENC", "s:  ENC"),
    ("s: ENC", "? s\n: ENC"), ("s: ENC", "s:\n    ENC"), ("i: ENC", "i: !!str ENC"),
    ("i: ENC", "i: !t: ENC"), ("i: ENC", "i: ! ENC"), ("s: ENC", "--- \ns: ENC"),
    ("\nsops:\n", "\n\"sops\":\n"), ("\nsops:\n", "\n? sops\n:\n"),
    ("\nsops:\n", "\n# c\nsops: # d\n"), ("3.13.2\n", "3.13.2"), ("3.13.2\n", "3.13.2\n\n \n"),
    ("3.13.2\n", "3.13.2\n# e"), ("3.13.2\n", "3.13.2\n...\n"),
    ("3.13.2\n", "3.13.2\nempty:\n"), ("3.13.2\n", "3.13.2\n---\nempty:\n"),
  ])
  func holdsWhatWasDecrypted(_ from: String, _ to: String) throws {
    let source = """
      s: one
      i: 12
      t: true
      d: "2026-01-01"
      n: "12"
      e: ""
      m:
          k: two words
          f: -1.5
      l:
          - three
          - "no"
          - -

      """
    try expectSameValues(source) { text in
      #expect(from.isEmpty || text.contains(from))
      return from.isEmpty ? text : text.replacing(from, with: to)
    }
  }

  /// Comments behind the key of the metadata are the document's, for SOPS as well; what stands
  /// further in goes with them.
  @Test(arguments: [
    ("sops: # c", "# c\n"), ("sops:  #SEALED", "#one\n"), ("# b\n\nsops: # c", "# b\n\n# c\n"),
    ("? sops # c\n: # d", "# c\n# d\n"), ("sops: # c\n    # d", "# c\n"),
    ("sops:\n    # d", ""), ("sops: &x # d", ""),
  ])
  func keepsCommentsBehindTheMetadataKey(_ key: String, _ expected: String) throws {
    for ending in ["\n", "\r\n"] {
      let (file, unwrapper) = try encrypted(Array("#one\na: 1\n".utf8)) { text in
        let sealed = text.prefix { $0 != "\n" }.dropFirst()
        return text.replacing("\nsops:", with: "\n" + key.replacing("SEALED", with: sealed))
          .replacing("\n", with: ending)
      }
      let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
      let preserved = text(try file.decrypt(key, style: .preserved).text)
      #expect(preserved == "#one\na: 1\n\(expected)".replacing("\n", with: ending))
      let plain = text(try file.decrypt(key).text)
      #expect(plain == "#one\na: 1\n\(expected)".replacing("\n\n", with: "\n"))
    }
  }

  /// A comment above the section that follows SOPS's own is that section's.
  @Test func keepsCommentsBehindTheMetadataSection() throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array("[a]\nx = 1\n\n; two\n[b]\ny = 2\n".utf8)
    let written = text(
      try writer.encrypt(plaintext.span, store: .ini, settings: .init(for: reader)))
    let parts = written.split(separator: "\n\n")
    try #require(parts.count == 3)
    let sealed = String(parts[1].prefix { $0 != "\n" })
    let rows = [
      (sealed, "; two"), ("#  plain\n\n; more", "#  plain\n\n; more"), ("  ; in", "  ; in"),
      ("; a\n \n\t; b", "; a\n \n\t; b"),
    ]
    for (comment, expected) in rows {
      let next = parts[1].replacing(sealed, with: comment)
      let moved = "\(parts[0])\n\n\(parts[2])\n\(next)\n"
      let file = try SOPSFile.read(Array(moved.utf8).span, store: .ini)
      let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
      let preserved = text(try file.decrypt(key, style: .preserved).text)
      #expect(preserved == "[a]\nx = 1\n\n\(expected)\n[b]\ny = 2\n")
    }
  }

  /// An encrypted value that an alias brings to its place, while it means nothing where it is written.
  @Test func holdsWhatAnAliasBrings() throws {
    try expectSameValues("a_unencrypted:\n    k: x\nb:\n    k: two\n") { text in
      let value = text.split(separator: "\n").first { $0.contains("k: ENC") } ?? ""
      return text.replacing("a_unencrypted:\n    k: x", with: "a_unencrypted: &a\n\(value)")
        .replacing("b:\n\(value)", with: "b: *a")
    }
  }

  /// Encrypts a text, alters what comes out, and decrypts it with and without its layout.
  private func expectSameValues(
    _ source: String, altered alter: (String) -> String
  ) throws {
    func json(of bytes: [UInt8]) throws -> String {
      let (file, unwrapper) = try encrypted(bytes) { $0 }
      let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
      return text(try file.decrypt(key, style: .converted(.json)).text)
    }
    let (file, unwrapper) = try encrypted(Array(source.utf8), alter)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
    let preserved = try file.decrypt(key, style: .preserved)
    let expected = try file.decrypt(key, style: .converted(.json))
    #expect(try json(of: Array(copying: preserved.text.bytes)) == text(expected.text))
  }

  private func encrypted(
    _ source: [UInt8], _ alter: (String) -> String
  ) throws -> (SOPSFile, SOPSAgeUnwrapper) {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let settings = SOPSSettings(keyGroups: [[reader.wrapper]], isMACOnlyEncrypted: true)
    let written = try writer.encrypt(source.span, store: .yaml, settings: settings)
    let altered = Array(alter(text(written)).utf8)
    return (try SOPSFile.read(altered.span, store: .yaml), reader.unwrapper)
  }

  /// A file whose line breaks git or an editor changed.
  @Test(arguments: [("tamper-base", "yaml"), ("json-types", "json"), ("ini-basic", "ini")])
  func lineBreaksMayChange(_ id: String, _ ending: String) throws {
    let lf = text(try InteropCase.bytes("sops/\(id)/enc.\(ending)"))
    let encrypted = Array(
      lf.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\r\n").utf8)
    let file = try SOPSFile.read(encrypted.span, store: SOPSStore(path: "x.\(ending)"))
    let keys = try #require(try InteropCase.all().first { $0.row.id == id }).row.keys
    let key = try SOPSDataKey.recover(
      from: file.metadata, using: try InteropKeys.unwrappers(keys))
    let expected = text(try InteropCase.bytes("sops/\(id)/decrypted.\(ending)"))
    let plain = try file.decrypt(key)
    #expect(text(plain.text) == expected)
    let preserved = try file.decrypt(key, style: .preserved)
    #expect(text(preserved.text).filter { $0 != "\r" }.replacing("\r\n", with: "\n") == expected)
  }

  @Test func keepsCarriageReturnsOfDotenv() throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array("# c\r\nA=1\r\n\nB=2".utf8)
    let written = try writer.encrypt(plaintext.span, store: .dotenv, settings: .init(for: reader))
    let file = try SOPSFile.read(written.bytes, store: .dotenv)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let preserved = try file.decrypt(key, style: .preserved)
    #expect(text(preserved.text) == "# c\r\nA=1\r\nB=2\n")
  }
}
