import CryptoCore
import SOPSFormat
import Testing

/// What is written: laid out as SOPS lays it out, and opened again.
@Suite struct WriterTests {
  private static func cases() throws -> [InteropCase] {
    // Files of earlier versions lay out their metadata in another way.
    try InteropCase.all().filter {
      $0.row.expect == .decrypts && $0.row.plaintext != nil && !$0.row.id.contains("@")
        && !$0.row.id.hasPrefix("ver-") && $0.row.id != "x-yaml-to-json"
        && !$0.row.id.hasPrefix("big-")
    }
  }

  private static func wrappers(
    _ file: SOPSFile, _ agent: GPG?
  ) throws -> [[any SOPSKeyWrapper]] {
    try file.metadata.keyGroups.map { group in
      try group.entries.map { entry -> any SOPSKeyWrapper in
        guard entry.backend == .openPGP else { return try SOPSAgeWrapper(entry.recipient) }
        return SOPSOpenPGPWrapper(entry.recipient, agent: try #require(agent))
      }
    }
  }

  /// Nothing that would be over a limit when it is read again is written, and it is said which.
  @Test func tellsTheLimitOfWhatWouldBeWritten() throws {
    func nested(_ depth: Int, _ inner: String) -> String {
      String(repeating: "{x: ", count: depth) + inner + String(repeating: "}", count: depth)
    }
    let source = Array("a: &a \(nested(55, "1"))\nb: \(nested(50, "*a"))\n".utf8)
    let error = #expect(throws: SOPSError.self) {
      var writer = SOPSWriter(date: date)
      let written = try writer.encrypt(source.span, store: .yaml, settings: .init(for: Reader()))
      _ = written.count
    }
    #expect(error?.code == .limitExceeded)
    let reason = "encrypted it would not be read again: collections are nested more than 100 deep"
    #expect(error?.message == reason + "; split it")
  }

  @Test(arguments: try cases())
  func writesAsSOPSDoes(_ test: InteropCase) throws {
    let plaintext = try InteropCase.bytes(try #require(test.row.plaintext))
    let reference = try InteropCase.bytes(try #require(test.row.file))
    let file = try SOPSFile.read(reference.span, store: test.store)
    let needsGPG = file.metadata.keyGroups.contains { group in
      group.entries.contains { $0.backend == .openPGP }
    }
    let agent =
      needsGPG
      ? try GPG(importing: ["pgp_rsa", "pgp_rsa4096", "pgp_ecc"].map { "keys/\($0).sec.asc" }) : nil
    var settings = SOPSSettings(keyGroups: try Self.wrappers(file, agent))
    settings.selection = file.metadata.selection
    settings.isMACOnlyEncrypted = file.metadata.isMACOnlyEncrypted
    if file.metadata.keyGroups.count > 1 {
      settings.shamirThreshold = file.metadata.shamirThreshold
    }
    let config = try test.row.config.map { try InteropCase.bytes($0) }
    let layout = try config.map { try SOPSCreationRules.read($0.span).layout } ?? .standard
    var writer = SOPSWriter(date: date, layout: layout)
    let written = try writer.encrypt(plaintext.span, store: test.store, settings: settings)
    #expect(try masked(text(written)) == (try masked(text(reference))))

    let again = try SOPSFile.read(written.bytes, store: test.store)
    let key = try SOPSDataKey.recover(
      from: again.metadata, using: try InteropKeys.unwrappers(test.row.keys))
    let expected = test.row.decrypted.map { try? InteropCase.bytes($0) } ?? nil
    #expect(
      text(try again.decrypt(key).text)
        == (try expected.map { text($0) } ?? laidOut(plaintext, test.store)))
  }
}
