internal import CryptoCore

/// Reads a file in order, armored or not.
struct StreamReader: ~Copyable {
  /// Bytes of the file that were read and not used yet.
  private var pending = WipedBuffer()
  private var used = 0
  private var decoder: ArmorDecoder?
  private var raw = WipedBuffer()
  private var hasEnded = false
  private(set) var isArmored = false

  /// How much is read at once where it is not read straight to its place.
  private static let blockByteCount = 65_536

  /// A header that was opened: how long it is with the nonce, and the key of the payload.
  struct Opened: Sendable {
    let byteCount: Int
    let key: PayloadKey
  }

  /// Reads and opens the header; what follows is the payload.
  mutating func open(
    _ identities: [any Identity], isArmored: Bool?, _ source: AgeStream.Source
  ) throws(AgeError) -> Opened {
    raw.append(repeating: 0, count: Self.blockByteCount)
    try start(isArmored, source)
    var header = try AgeHeader.parse(prefix: pending.bytes)
    while header == nil {
      guard try more(pending.count, source) else {
        throw AgeError(.malformedHeader, "the file ends within its header")
      }
      header = try AgeHeader.parse(prefix: pending.bytes)
    }
    guard let header else { preconditionFailure("a header that is not there") }
    let arena = try AgeFile.makeArena(unless: nil)
    let fileKey = try AgeFile.open(
      header, pending.bytes.extracting(..<header.authenticatedByteCount), identities, in: arena)
    used = header.byteCount + Payload.nonceByteCount
    while pending.count < used {
      guard try more(1, source) else { throw Payload.nonceMissing }
    }
    let nonce = pending.bytes.extracting(header.byteCount..<used)
    let key = PayloadKey(try Payload.key(fileKey, nonce: nonce, in: arena))
    return Opened(byteCount: used, key: key)
  }

  private mutating func start(_ isArmored: Bool?, _ source: AgeStream.Source) throws(AgeError) {
    let count = try readRaw(source)
    self.isArmored = isArmored ?? Armor.isLikely(raw.bytes.extracting(..<count))
    if self.isArmored { decoder = ArmorDecoder() }
    try take(count)
  }

  /// Reads on for the payload, filling the span unless the end comes first.
  mutating func read(
    into span: inout MutableSpan<UInt8>, _ source: AgeStream.Source
  ) throws(AgeError) -> Int {
    var count = move(into: &span)
    if !isArmored {
      guard !hasEnded, count < span.count else { return count }
      var rest = span._mutatingExtracting(count...)
      return count + (try SourceReading.fill(&rest, source))
    }
    while count < span.count, try more(1, source) {
      var rest = span._mutatingExtracting(count...)
      count += move(into: &rest)
    }
    return count
  }

  /// Moves what is pending to where it is wanted; returns how many bytes.
  private mutating func move(into span: inout MutableSpan<UInt8>) -> Int {
    let count = min(pending.count - used, span.count)
    Self.copy(pending.bytes.extracting(used..<(used + count)), to: &span)
    used += count
    if used == pending.count {
      pending.removeAll()
      used = 0
    }
    return count
  }

  /// Reads on until at least `wanted` more bytes are pending; false at the end, without any.
  private mutating func more(_ wanted: Int, _ source: AgeStream.Source) throws(AgeError) -> Bool {
    let before = pending.count
    while pending.count < before + wanted, !hasEnded {
      try take(try readRaw(source))
    }
    return pending.count > before
  }

  private mutating func readRaw(_ source: AgeStream.Source) throws(AgeError) -> Int {
    var span = raw.mutableBytes
    let count = try SourceReading.fill(&span, source)
    hasEnded = count < Self.blockByteCount
    return count
  }

  /// Adds the first bytes of what was read to what is pending.
  private mutating func take(_ count: Int) throws(AgeError) {
    try Self.take(raw, count, &decoder, hasEnded: hasEnded, appendingTo: &pending)
  }

  private static func take(
    _ raw: borrowing WipedBuffer, _ count: Int, _ decoder: inout ArmorDecoder?, hasEnded: Bool,
    appendingTo pending: inout WipedBuffer
  ) throws(AgeError) {
    let bytes = raw.bytes.extracting(..<count)
    guard decoder != nil else { return pending.append(bytes) }
    try decoder?.decode(bytes, appendingTo: &pending)
    if hasEnded { try decoder?.finish(appendingTo: &pending) }
  }

  private static func copy(_ bytes: Span<UInt8>, to span: inout MutableSpan<UInt8>) {
    for index in bytes.indices { span[index] = bytes[index] }
  }
}
