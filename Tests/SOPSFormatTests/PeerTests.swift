import Age
import CryptoCore
import Foundation
import SOPSFormat
import TestSupport
import Testing

/// What is written here is opened by a decoder that was written from the format alone
/// (Tests/Python/sops_reference.py), to the same values as SOPS's own files of the same plaintext.
@Suite struct PeerTests {
  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let python = Fixtures.repository.appending(path: ".build-venv/bin/python")
    let process = Process()
    process.executableURL = python
    process.arguments =
      [Fixtures.repository.appending(path: "Tests/Python/sops_reference.py").path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static func cases(_ store: SOPSStore) throws -> [InteropCase] {
    // Versions before 3.13.2 read integers in JSON as floats.
    try InteropCase.all().filter { test in
      test.store == store && test.row.expect == .decrypts && test.row.plaintext != nil
        && !test.row.id.contains("@")
        && test.row.keys.allSatisfy { $0.file?.hasPrefix("keys/age") == true }
        && !test.row.id.contains("pq") && !test.row.id.hasPrefix("ver-")
        && !test.row.id.hasPrefix("big-")
        && test.row.id != "x-yaml-to-json"
    }
  }

  /// Files of ours, each beside SOPS's own of the same plaintext.
  private final class Pairs {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-sops-peer-\(UInt32.random(in: 0...UInt32.max))")
    private(set) var files: [String] = []

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func add(_ bytes: [UInt8], like reference: String) throws {
      let path = folder.appending(path: "\(files.count)")
      try Data(bytes).write(to: path)
      files += [path.path, InteropCase.folder.appending(path: reference).path]
    }

    func write(_ readers: [Reader]) throws -> String {
      let path = folder.appending(path: "keys.txt")
      var text: [UInt8] = []
      for reader in readers {
        var line = WipedBuffer()
        reader.identity.serialize(appendingTo: &line)
        text += Array(copying: line.bytes) + [0x0a]
      }
      try Data(text).write(to: path)
      return path.path
    }
  }

  /// Encrypts a case's plaintext, then edits, rotates and updates the file.
  private static func write(_ test: InteropCase, _ readers: [Reader], _ pairs: Pairs) throws {
    let reference = try #require(test.row.file)
    let plaintext = try InteropCase.bytes(try #require(test.row.plaintext))
    let original = try InteropCase.bytes(reference)
    let model = try SOPSFile.read(original.span, store: test.store).metadata
    var settings = SOPSSettings(keyGroups: [[readers[0].wrapper]])
    settings.selection = model.selection
    settings.isMACOnlyEncrypted = model.isMACOnlyEncrypted
    var writer = SOPSWriter(date: date)
    let written = try writer.encrypt(plaintext.span, store: test.store, settings: settings)
    try pairs.add(Array(copying: written.bytes), like: reference)

    let file = try SOPSFile.read(written.bytes, store: test.store)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [readers[0].unwrapper])
    let edited = try writer.edit(file, key, plaintext: plaintext.span)
    try pairs.add(Array(copying: edited.bytes), like: reference)
    // Two of three groups; the third one's identity is not among the keys.
    settings.keyGroups = [[readers[0].wrapper], [readers[1].wrapper], [readers[2].wrapper]]
    settings.shamirThreshold = 2
    let rotated = try writer.rotate(file, key, settings: settings)
    try pairs.add(Array(copying: rotated.bytes), like: reference)
    let updated = try writer.updateKeys(of: file, key, keyGroups: [[readers[1].wrapper]])
    try pairs.add(Array(copying: updated.bytes), like: reference)
  }

  @Test(arguments: SOPSStore.allCases)
  func opensWhatIsWritten(_ store: SOPSStore) throws {
    let pairs = try Pairs()
    let readers = [try Reader(), try Reader(), try Reader()]
    let keys = try pairs.write(Array(readers.dropLast()))
    let tests = try Self.cases(store)
    for test in tests { try Self.write(test, readers, pairs) }
    #expect(!tests.isEmpty)
    let all = InteropCase.folder.appending(path: "keys/age_all.txt").path
    let (status, output) = try Self.run(
      ["--identity", keys, "--identity", all, "--store", store.rawValue] + pairs.files)
    #expect(status == 0, "\(output.suffix(300))")
    let lines = output.split(separator: "\n")
    #expect(lines.count == pairs.files.count)
    for index in stride(from: 0, to: lines.count - 1, by: 2) {
      let isSame = lines[index] == lines[index + 1]
      #expect(isSame, "\(pairs.files[index + 1])")
    }
  }
}
