/// What a KMS v2 value holds behind its prefix (k8s.io/kms, `EncryptedObject`).
public struct EncryptedObject: Sendable {
  /// How the data key comes out of what the plugin opens.
  public enum SourceKind: UInt64, Sendable {
    /// It is the AES-GCM key.
    case aesGCMKey = 0
    /// It is a seed, expanded by HKDF for each value.
    case seed = 1
  }

  /// Where the encrypted data is.
  public let data: Range<Int>
  /// The plugin's name for its key, in clear.
  public let keyID: String
  /// Where the encrypted data key or seed is.
  public let source: Range<Int>
  /// What the plugin wants back with it, in clear: names and where the values are.
  public let annotations: [(name: String, value: Range<Int>)]
  /// What `source` is.
  public let sourceKind: SourceKind

  /// The most bytes of a key_id (k8s.io/apiserver).
  public static let maximumKeyIDByteCount = 1024

  /// Reads the part of a stored value behind its prefix.
  ///
  /// - Throws: `.malformedValue`.
  public init(_ value: Span<UInt8>, in range: Range<Int>) throws(StorageError) {
    var data: Range<Int>?
    var source: Range<Int>?
    var keyID = ""
    var annotations: [(name: String, value: Range<Int>)] = []
    var kind: UInt64 = 0
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(in: value) {
      switch (field.number, field.isBytes) {
      case (1, true): data = field.range
      case (2, true):
        guard field.range.count <= Self.maximumKeyIDByteCount else {
          throw StorageError(.malformedValue, "a key_id of more than 1024 bytes")
        }
        keyID = value.text(field.range)
      case (3, true): source = field.range
      case (4, true):
        // More than a plugin may send (32 KiB in all) is not kept.
        if annotations.count < 64 {
          annotations.append(try Self.annotation(value, field.range))
        }
      case (5, false): kind = field.value
      default: continue
      }
    }
    guard let data, let source, !source.isEmpty, !keyID.isEmpty else {
      throw StorageError(.malformedValue, "a KMS value without data, key_id or data key")
    }
    guard let sourceKind = SourceKind(rawValue: kind) else {
      throw StorageError(.malformedValue, "a KMS value with a data key of unknown kind")
    }
    self.data = data
    self.keyID = keyID
    self.source = source
    self.annotations = annotations
    self.sourceKind = sourceKind
  }

  private static func annotation(
    _ value: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) -> (name: String, value: Range<Int>) {
    var name = ""
    var content = range.upperBound..<range.upperBound
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(in: value) {
      if field.number == 1, field.isBytes { name = value.text(field.range) }
      if field.number == 2, field.isBytes { content = field.range }
    }
    return (name, content)
  }
}
