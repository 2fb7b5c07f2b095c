public import CryptoCore
public import YAMLSource

/// A file whose MAC was made anew.
public struct SOPSResealed: ~Copyable {
  /// The file.
  public let text: WipedBuffer
  /// Whether the MAC was right before, and nothing stood in plaintext that must not.
  public let wasInOrder: Bool
  /// Where values stood in plaintext that are encrypted now.
  public let accepted: [SourcePosition]
}

extension SOPSWriter {
  /// Takes the values of a file as they stand, whatever its MAC says, and makes a new one; values in
  /// plaintext where encrypted ones must stand are encrypted.
  ///
  /// Nobody can tell what of the file is as it was: only for somebody who looked at it and says so.
  /// Each encrypted value has to open at its place all the same.
  ///
  /// - Throws: `.malformedValue`, `.unsupportedType`, `.valueNotAuthentic`, with the position.
  public mutating func reseal(
    _ file: SOPSFile, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> SOPSResealed {
    let nonces = try NonceMemory()
    let opened = try file.decrypted(key, nonces: nonces, acceptsPlaintext: true)
    let places = opened.accepted
    let accepted = file.withSource { source in
      places.prefix(100).map { LinePosition.of($0, in: source) }
    }
    let wasInOrder = places.isEmpty && file.hasMAC(opened.mac, key)
    let text = try write(opened.tree, file.metadata, key, file.store, nonces: nonces)
    return SOPSResealed(text: text, wasInOrder: wasInOrder, accepted: accepted)
  }
}
