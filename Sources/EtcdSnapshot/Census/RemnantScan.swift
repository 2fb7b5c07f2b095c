internal import CryptoCore
internal import EncryptionAtRest

/// What was found in some unused space.
struct RemnantTally: Sendable {
  struct Found: Sendable {
    /// The key's fingerprint; nil for a piece without its key.
    let fingerprint: SipHash128.Hash?
    /// The kind of object, by resource or (for a piece) by kind.
    let label: String
    let isPlaintext: Bool
    /// The key, where it is of a plaintext Secret.
    let name: String?
  }
  var found: [Found] = []
}

/// Looks for objects in bytes that belong to no revision any more.
///
/// Found are etcd's records by the key in them, as far as their beginning is whole, and plaintext
/// objects by the bytes that begin them. What is left of an object whose beginning was overwritten
/// is not: a count of none does not prove that nothing is there, defragmentation does.
struct RemnantScan: Sendable {
  let prefix: [UInt8]
  let hashKey: SipHash128.Key

  /// How much behind a record's beginning must be at hand to tell what it is, in bytes.
  static let lookahead = 8192
  /// "k8s", zero, and the first field of runtime.Unknown.
  private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0, 0x0a]

  init(prefix: [UInt8], hashKey: SipHash128.Key) {
    self.prefix = prefix + [0x2f]
    self.hashKey = hashKey
  }

  /// How much of a value is looked at, in bytes.
  private static let headByteCount = 1024
  /// The longest key that is taken for one, in bytes.
  private static let maximumKeyByteCount = 1024

  /// Searches a range; the keys and pieces that count begin in `places` (nil for all of it).
  func search(
    _ bytes: Span<UInt8>, _ range: Range<Int>, places: Range<Int>? = nil,
    _ tally: inout RemnantTally
  ) {
    let places = (places ?? range).clamped(to: range)
    var knownValue = -1
    var index = places.lowerBound
    while index < places.upperBound {
      switch bytes[index] {
      case 0x2f where bytes.hasBytes(prefix, at: index):
        if let value = record(bytes, keyAt: index, range, &tally) { knownValue = value }
      case 0x6b where index != knownValue && bytes.hasBytes(Self.magic, at: index):
        let kind = Self.kind(bytes, index + 4..<range.upperBound)
        tally.found.append(
          .init(fingerprint: nil, label: kind, isPlaintext: true, name: nil))
      default: break
      }
      index += 1
    }
  }

  /// A record whose key begins here; where its value begins, when it is one.
  private func record(
    _ bytes: Span<UInt8>, keyAt start: Int, _ range: Range<Int>, _ tally: inout RemnantTally
  ) -> Int? {
    for lengthByteCount in 1...2 {
      let tag = start - lengthByteCount - 1
      guard tag >= range.lowerBound, bytes[tag] == 0x0a else { continue }
      var cursor = ProtobufCursor(tag..<range.upperBound)
      guard let key = try? cursor.next(in: bytes), key.range.lowerBound == start,
        key.range.count <= Self.maximumKeyByteCount
      else { continue }
      for _ in 0..<4 {
        let place = cursor.offset
        guard place < range.upperBound else { return nil }
        // The value may be cut off, so its length is not held against it.
        if bytes[place] == 0x2a {
          return add(bytes, key.range, valueAt: place + 1, range, &tally)
        }
        guard let field = try? cursor.next(in: bytes), (2...4).contains(field.number) else {
          return nil
        }
      }
    }
    return nil
  }

  private func add(
    _ bytes: Span<UInt8>, _ key: Range<Int>, valueAt start: Int, _ range: Range<Int>,
    _ tally: inout RemnantTally
  ) -> Int? {
    var value = start
    while value < range.upperBound, value - start < 5, bytes[value] >= 0x80 { value += 1 }
    value += 1
    guard value < range.upperBound else { return nil }
    let rest = bytes.extracting(value..<min(range.upperBound, value + Self.headByteCount))
    let isPlaintext =
      StoredValue(rest).provider == .identity && StoredValue.encoding(of: rest) != .other
    let isEncrypted = StoredValue(rest).provider != .identity
    guard isPlaintext || isEncrypted else { return nil }
    let keyBytes = bytes.extracting(key)
    let path = StoragePath(keyBytes, prefix: prefix.dropLast())
    tally.found.append(
      .init(
        fingerprint: SipHash128.hash(keyBytes, key: hashKey), label: path.label,
        isPlaintext: isPlaintext,
        name: isPlaintext && path.resource == .secrets ? bytes.text(key) : nil))
    return value
  }

  /// The kind that a runtime.Unknown names.
  private static func kind(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var cursor = ProtobufCursor(range)
    guard let meta = try? cursor.next(in: bytes), meta.number == 1, meta.isBytes,
      meta.range.count <= 512
    else {
      return "unknown"
    }
    var inner = ProtobufCursor(meta.range)
    while let field = try? inner.next(in: bytes) {
      guard field.number == 2, field.isBytes, field.range.count <= 64 else { continue }
      let isName = field.range.allSatisfy { bytes[$0] >= 0x41 && bytes[$0] <= 0x7a }
      return isName ? bytes.text(field.range) : "unknown"
    }
    return "unknown"
  }
}
