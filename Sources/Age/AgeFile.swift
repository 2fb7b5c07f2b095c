public import CryptoCore

/// Whole age files in memory.
///
/// For many small files in a row give an arena of at least `arenaSlotCount` slots for each thread:
/// locked memory for each call of its own costs as much as the encryption.
public enum AgeFile {
  /// How many slots of an arena one call takes at most, of the types of recipient in this library.
  public static let arenaSlotCount = 16

  /// Appends an encrypted file.
  ///
  /// - Parameters:
  ///   - plaintext: What to encrypt.
  ///   - recipients: Whom for, at least one.
  ///   - isArmored: Whether to make ASCII text of it.
  ///   - arena: Where keys go for the time of the call; a new one when nil.
  ///   - output: Where the file goes; nothing is appended when this throws.
  /// - Throws: `.noRecipients`, `.incompatibleRecipients`, `.pluginFailed`, ...
  public static func encrypt(
    _ plaintext: Span<UInt8>, to recipients: [any Recipient], isArmored: Bool = false,
    in arena: SecretArena? = nil, appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    let start = output.count
    do {
      let arena = try makeArena(unless: arena)
      if isArmored {
        var binary = WipedBuffer(capacity: plaintext.count + 1024)
        try encrypt(plaintext, recipients, arena, &binary)
        Armor.encode(binary.bytes, appendingTo: &output)
      } else {
        try encrypt(plaintext, recipients, arena, &output)
      }
    } catch {
      output.truncate(to: start)
      throw error
    }
  }

  private static func encrypt(
    _ plaintext: Span<UInt8>, _ recipients: [any Recipient], _ arena: SecretArena,
    _ output: inout WipedBuffer
  ) throws(AgeError) {
    let fileKey = try makeHeader(for: recipients, in: arena, appendingTo: &output)
    try Payload.seal(plaintext, fileKey, in: arena, appendingTo: &output)
  }

  /// Appends the plaintext of an encrypted file.
  ///
  /// - Parameters:
  ///   - file: The file, armored or not.
  ///   - identities: What to open it with, tried in this order.
  ///   - isArmored: Whether it is ASCII text; nil to find out.
  ///   - arena: Where keys go for the time of the call; a new one when nil.
  ///   - output: Where the plaintext goes; nothing is appended when this throws.
  /// - Throws: `.noMatch`, `.malformedHeader`, `.headerMAC`, `.malformedArmor`,
  ///   `.malformedPayload`, `.wrongPassphrase`, `.excessiveWork`, `.pluginFailed`, ...
  public static func decrypt(
    _ file: Span<UInt8>, identities: [any Identity], isArmored: Bool? = nil,
    in arena: SecretArena? = nil, appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    let arena = try makeArena(unless: arena)
    if isArmored ?? Armor.isLikely(file) {
      var binary = WipedBuffer(capacity: file.count / 4 * 3)
      try Armor.decode(file, appendingTo: &binary)
      try decrypt(binary.bytes, identities, arena, &output)
    } else {
      try decrypt(file, identities, arena, &output)
    }
  }

  private static func decrypt(
    _ file: Span<UInt8>, _ identities: [any Identity], _ arena: SecretArena,
    _ output: inout WipedBuffer
  ) throws(AgeError) {
    let header = try AgeHeader.parse(file)
    let fileKey = try open(
      header, file.extracting(..<header.authenticatedByteCount), identities, in: arena)
    try Payload.open(
      file.extracting(header.byteCount...), fileKey, in: arena, appendingTo: &output)
  }

  static func makeArena(unless given: SecretArena?) throws(AgeError) -> SecretArena {
    if let given { return given }
    do { return try SecretArena(slotCount: arenaSlotCount) } catch { throw AgeError(error) }
  }
}
