internal import CryptoCore
internal import Envelope
internal import Manifest

/// What of a file shows that nothing in it is left to encrypt.
enum EncryptedText {
  /// Whether something in a text, or in what its conflict markers leave to choose from, is sealed,
  /// and no value in plaintext that is to be, whatever is wrong besides.
  ///
  /// - Parameter fields: Which fields of objects beside Secrets are to be.
  static func isSealed(_ source: Span<UInt8>, fields: FieldChoice) -> Bool {
    if let count = sealedCount(source, fields) { return count > 0 }
    guard let sides = ConflictSides(source) else { return false }
    var count = 0
    let areSealed = sides.allSatisfy { side in
      guard let found = sealedCount(side, fields) else { return false }
      count += found
      return true
    }
    return areSealed && count > 0
  }

  /// How much is sealed in a manifest; nil when something is in plaintext, or it cannot be read.
  private static func sealedCount(_ source: Span<UInt8>, _ fields: FieldChoice) -> Int? {
    guard let units = try? ManifestInspector.inspect(source, fields: fields) else { return nil }
    let isDone = units.allSatisfy { unit in
      unit.entries.isEmpty
        || (unit.isSealed && unit.entries.allSatisfy { $0.state != .plaintext })
    }
    return isDone ? units.count(where: \.isSealed) : nil
  }
}
