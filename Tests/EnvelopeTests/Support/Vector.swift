import Age
import CryptoCore
import Foundation
import Manifest
import TestSupport

@testable import Envelope

/// A published vector: a folder of Tests/Vectors with `vector.json` and the manifests themselves.
struct Vector: Codable, Sendable {
  /// What is derived for one entry.
  struct Entry: Codable, Sendable, Equatable {
    var name: String
    var kind: String
    /// The value-info and the value-key, hexadecimal.
    var info: String
    var key: String
  }
  /// What is derived for one Secret, hexadecimal.
  struct Unit: Codable, Sendable, Equatable {
    var dek: String
    var prk: String
    var commitment: String
    var seal: String
    var entries: [Entry]
  }

  var description: String
  /// Which of the keys open it, or are to be tried.
  var keys: [String]
  /// Whether a signature of the key `signing` is required.
  var requiresSignature: Bool?
  /// The code of the error with which it is refused.
  var refused: String?
  /// For each sealed Secret what is derived.
  var units: [Unit]?

  static let folder = Fixtures.repository.appending(path: "Tests/Vectors")

  /// The vectors of a kind, `valid` or `refused`, by name.
  static func names(_ kind: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: kind).path).sorted()
  }

  static func read(_ kind: String, _ name: String) throws -> (Vector, [String: String]) {
    let folder = folder.appending(path: "\(kind)/\(name)")
    var texts: [String: String] = [:]
    var vector: Vector?
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let data = try Data(contentsOf: folder.appending(path: file))
      if file == "vector.json" {
        vector = try JSONDecoder().decode(Vector.self, from: data)
      } else {
        texts[String(file.prefix { $0 != "." })] = String(decoding: data, as: UTF8.self)
      }
    }
    guard let vector else { throw CocoaError(.fileNoSuchFile) }
    return (vector, texts)
  }

  func write(_ kind: String, _ name: String, _ texts: [String: String]) throws {
    let folder = Self.folder.appending(path: "\(kind)/\(name)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    try Data(json.utf8).write(to: folder.appending(path: "vector.json"))
    for (file, text) in texts {
      let isJSON = text.hasPrefix("{\"") || text.hasPrefix("{\n")
      try Data(text.utf8).write(
        to: folder.appending(path: "\(file).\(isJSON ? "json" : "yaml")"))
    }
  }
}

/// The throwaway keys that the vectors are made with; they are published and protect nothing.
struct VectorKeys: Codable {
  var note = "Test keys, published with the source: they protect nothing."
  var kekAES256GCM: String
  var kekSecretbox: String
  var age: String
  var ageRecipient: String
  var signing: String
  var verifier: String

  private static let url = Vector.folder.appending(path: "keys.json")

  static func read() throws -> Bench {
    let keys = try JSONDecoder().decode(VectorKeys.self, from: Data(contentsOf: url))
    return Bench(
      gcmKEK: try KeyEncryptionKey(text: keys.kekAES256GCM.bytes.span),
      boxKEK: try KeyEncryptionKey(text: keys.kekSecretbox.bytes.span),
      age: try X25519Identity(keys.age.bytes.span),
      signer: try SigningIdentity(text: keys.signing.bytes.span))
  }

  /// The keys of the vectors, made and written if there are none yet.
  static func readOrMake() throws -> Bench {
    guard !FileManager.default.fileExists(atPath: url.path) else { return try read() }
    let bench = try Bench()
    func text(_ write: (inout WipedBuffer) -> Void) -> String {
      var buffer = WipedBuffer()
      write(&buffer)
      return String(buffer)
    }
    let keys = VectorKeys(
      kekAES256GCM: text { bench.gcmKEK.serialize(appendingTo: &$0) },
      kekSecretbox: text { bench.boxKEK.serialize(appendingTo: &$0) },
      age: text { bench.age.serialize(appendingTo: &$0) },
      ageRecipient: bench.age.recipientText,
      signing: text { bench.signer.serialize(appendingTo: &$0) },
      verifier: bench.signer.verifier.text)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try FileManager.default.createDirectory(at: Vector.folder, withIntermediateDirectories: true)
    try (encoder.encode(keys) + Data("\n".utf8)).write(to: url)
    return bench
  }
}

extension Bench {
  /// The names of the keys in vectors, in the order of `unwrappers`.
  static let keyNames = ["kekAES256GCM", "kekSecretbox", "age"]

  func unwrappers(_ names: [String]) -> [any KeyUnwrapper] {
    zip(Self.keyNames, unwrappers).filter { names.contains($0.0) }.map(\.1)
  }

  /// What is derived for every sealed Secret of a manifest.
  func derive(_ text: String) throws -> [Vector.Unit] {
    let bytes = text.bytes
    var units: [Vector.Unit] = []
    for unit in try ManifestSealer.read(bytes.span).units {
      guard let annotation = unit.unit.envelope else { continue }
      units.append(try derive(unit, Envelope.parse(annotation.text)))
    }
    return units
  }

  private func derive(_ unit: PlacedUnit, _ envelope: Envelope) throws -> Vector.Unit {
    let context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.unit.identity)
    let arena = try SecretArena(slotCount: 16)
    let dataKey = try KeyUnwrapping.unwrap(
      envelope, context: context, unwrappers: unwrappers, in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    let entries = try derive(unit, context, keys)
    let commitment = try keys.commitment()
    return Vector.Unit(
      dek: dataKey.withBytes { hex($0) }, prk: try dataKey.withBytes(pseudorandomKey),
      commitment: hex(commitment.span), seal: hex(envelope.seal.span), entries: entries)
  }

  private func pseudorandomKey(_ dek: Span<UInt8>) throws -> String {
    let prk = try HKDFSHA256.extract(secret: dek, salt: Span())
    return hex(prk.bytes)
  }

  private func derive(
    _ unit: PlacedUnit, _ context: UnitContext, _ keys: UnitKeys
  ) throws -> [Vector.Entry] {
    var entryContext = EntryContext(context)
    var entries: [Vector.Entry] = []
    for entry in unit.entries where entry.kind.isSealed {
      let info = entryContext.info(of: entry)
      let key = try keys.derive(info, as: HKDFSHA256.self)
      let kind = entry.kind == .comment ? "comment" : "value"
      let keyText = hex(key.bytes)
      entries.append(
        Vector.Entry(name: entry.name, kind: kind, info: hex(info.bytes.span), key: keyText))
    }
    return entries
  }
}

/// Lower-case hexadecimal.
func hex(_ bytes: Span<UInt8>) -> String {
  [UInt8](copying: bytes).map { String(format: "%02x", $0) }.joined()
}
