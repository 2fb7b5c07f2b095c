internal import Age
public import CryptoCore

extension KeyEncryptionKey {
  private static func humanReadablePart(_ cipher: CipherName) -> String {
    "sealwax-kek-\(cipher.rawValue)-"
  }

  /// Reads the text `SEALWAX-KEK-AES-256-GCM-1...` or `SEALWAX-KEK-SECRETBOX-1...`; lines that
  /// begin with `#` and empty ones around it are passed over.
  ///
  /// - Throws: `.malformedKey`.
  public convenience init(text: Span<UInt8>) throws(EnvelopeError) {
    let line = try SecretLine.only(in: text)
    for cipher in CipherName.allCases {
      var bytes = WipedBuffer(capacity: 64)
      do {
        try Bech32.decode(
          text.extracting(line), humanReadablePart: Self.humanReadablePart(cipher),
          appendingTo: &bytes)
      } catch { continue }
      try self.init(cipher: cipher, copying: bytes.bytes)
      return
    }
    throw EnvelopeError(.malformedKey, "the text is not a sealwax key-encryption key")
  }

  /// Appends the secret text, upper-case Bech32, without a line break.
  public func serialize(appendingTo output: inout WipedBuffer) {
    withBytes { bytes in
      Bech32.encode(
        bytes, humanReadablePart: Self.humanReadablePart(cipher), isUpperCase: true,
        appendingTo: &output)
    }
  }
}
