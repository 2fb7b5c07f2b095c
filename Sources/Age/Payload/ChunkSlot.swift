internal import CryptoCore

/// One chunk on its way through a worker: what it was and what it becomes.
struct ChunkSlot: ~Copyable {
  /// What is done to chunks.
  enum Direction {
    case seal, open
  }

  private var input: WipedBuffer
  private var output: WipedBuffer
  /// How many bytes of the input count.
  private(set) var inputCount = 0
  private(set) var outputCount = 0
  /// Why the chunk has no output; or, after some output, why there must be no more.
  private(set) var failure: AgeError?

  init(_ direction: Direction) {
    // Both lengths are filled once with zeros, and then only overwritten.
    input = WipedBuffer()
    output = WipedBuffer()
    let isSealing = direction == .seal
    input.append(
      repeating: 0, count: isSealing ? Payload.chunkByteCount : Payload.sealedChunkByteCount)
    output.append(
      repeating: 0, count: isSealing ? Payload.sealedChunkByteCount : Payload.chunkByteCount)
  }

  /// Whether there is no room left in the input.
  var isFull: Bool { inputCount == input.count }

  mutating func fill(
    _ read: (inout MutableSpan<UInt8>) throws(AgeError) -> Int
  ) throws(AgeError) {
    var span = input.mutableBytes
    inputCount = try read(&span)
  }

  func withOutput<Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    try body(output.bytes.extracting(..<outputCount))
  }

  mutating func seal(_ index: Int, isLast: Bool, _ cipher: inout WorkerCipher) {
    let count = inputCount + ChaCha20Poly1305.tagByteCount
    outputCount = count
    failure = nil
    do throws(CryptoError) {
      try Self.withBuffers(input, inputCount, &output, count) {
        (bytes, chunk) throws(CryptoError) in
        try cipher.seal(bytes, index, isLast: isLast, into: &chunk)
      }
    } catch {
      outputCount = 0
      failure = AgeError(error)
    }
  }

  mutating func open(_ index: Int, isLast: Bool, _ cipher: inout WorkerCipher) {
    failure = nil
    outputCount = inputCount - ChaCha20Poly1305.tagByteCount
    if outputCount < 0 {
      failure = Payload.truncated
    } else if !attempt(index, isLast: isLast, &cipher) {
      // A chunk that ends the file has more behind it: say so, it is authentic itself.
      let hasEnded = !isLast && failure == nil && attempt(index, isLast: true, &cipher)
      failure = failure ?? (hasEnded ? Payload.trailing : Payload.tampered)
      if hasEnded { return }
    } else if isLast, index > 0, outputCount == 0 {
      failure = Payload.emptyLast
    }
    if failure != nil { outputCount = 0 }
  }

  /// Whether the chunk opens; other failures than that are recorded.
  private mutating func attempt(
    _ index: Int, isLast: Bool, _ cipher: inout WorkerCipher
  ) -> Bool {
    do throws(CryptoError) {
      try Self.withBuffers(input, inputCount, &output, outputCount) {
        (bytes, chunk) throws(CryptoError) in
        try cipher.open(bytes, index, isLast: isLast, into: &chunk)
      }
      return true
    } catch {
      if error.code != .authenticationFailed { failure = AgeError(error) }
      return false
    }
  }

  /// Lends the parts of both buffers that count.
  private static func withBuffers(
    _ input: borrowing WipedBuffer, _ inputCount: Int, _ output: inout WipedBuffer,
    _ outputCount: Int,
    _ body: (Span<UInt8>, inout MutableSpan<UInt8>) throws(CryptoError) -> Void
  ) throws(CryptoError) {
    var room = output.mutableBytes
    var chunk = room._mutatingExtracting(..<outputCount)
    try body(input.bytes.extracting(..<inputCount), &chunk)
  }
}
