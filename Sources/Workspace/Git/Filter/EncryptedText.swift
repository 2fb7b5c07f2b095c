internal import CryptoCore
internal import Envelope
internal import Manifest
internal import SOPSFormat

/// What of a file shows that nothing in it is left to encrypt.
enum EncryptedText {
  /// Whether something in a text, or in what its conflict markers leave to choose from, is sealed or
  /// encrypted by SOPS, and no value in plaintext that is to be, whatever is wrong besides.
  ///
  /// - Parameters:
  ///   - path: its name, which says of which kind a SOPS file is.
  ///   - fields: which fields of objects beside Secrets are to be sealed.
  static func holds(_ source: Span<UInt8>, path: String, fields: FieldChoice = .none) -> Bool {
    if let count = count(source, path, fields) { return count > 0 }
    guard let sides = ConflictSides(source) else { return false }
    var total = 0
    let areEncrypted = sides.allSatisfy { side in
      guard let found = count(side, path, fields) else { return false }
      total += found
      return true
    }
    return areEncrypted && total > 0
  }

  /// How much is encrypted in a text; nil when something is in plaintext, or it cannot be read.
  private static func count(
    _ source: Span<UInt8>, _ path: String, _ fields: FieldChoice
  ) -> Int? {
    do {
      if let file = try SOPSText.read(source, path: path, refusesUnreadable: true) {
        return count(file)
      }
      let units = try ManifestInspector.inspect(source, fields: fields)
      return units.allSatisfy(\.hasNoPlaintext) ? units.count(where: \.isSealed) : nil
    } catch { return nil }
  }

  private static func count(_ file: SOPSFile) -> Int? {
    let shown = file.inspect()
    let isPlain = shown.problems.contains { $0.code == .plaintextBesideCiphertext }
    return isPlain ? nil : shown.encryptedCount
  }
}

extension UnitStatus {
  /// Whether nothing of it is in plaintext that is to be sealed.
  var hasNoPlaintext: Bool {
    entries.isEmpty || (isSealed && entries.allSatisfy { $0.state != .plaintext })
  }

  /// Whether it, or a value of it, is sealed.
  var hasSealed: Bool { isSealed || entries.contains { $0.state == .sealed } }
}
