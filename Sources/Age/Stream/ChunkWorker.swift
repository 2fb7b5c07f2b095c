internal import CryptoCore
internal import Platform

/// Reads, seals or opens, and writes chunks of a file; each thread has one.
struct ChunkWorker: ~Copyable {
  private let layout: ChunkLayout
  private var cipher: WorkerCipher
  private var input = WipedBuffer()
  private var output = WipedBuffer()

  init(_ layout: ChunkLayout, _ key: PayloadKey) {
    self.layout = layout
    cipher = WorkerCipher(key)
    // Filled once with zeros, and then only overwritten.
    input.append(repeating: 0, count: layout.inputChunk)
    output.append(repeating: 0, count: layout.outputChunk)
  }

  /// Works on a chunk.
  mutating func work(
    on chunk: Int, _ source: borrowing InputFile, _ target: borrowing AtomicFile
  ) throws(AgeError) {
    let count = layout.inputByteCount(of: chunk)
    do throws(PlatformError) {
      let start = layout.inputStart + chunk * layout.inputChunk
      try Self.read(source, into: &input, count, at: start)
    } catch { throw AgeError(error) }
    let resultCount = try Self.work(on: chunk, layout, input, count, &output, &cipher)
    do throws(PlatformError) {
      try target.write(
        output.bytes.extracting(..<resultCount),
        at: layout.outputStart + chunk * layout.outputChunk)
    } catch { throw AgeError(error) }
  }

  private static func read(
    _ source: borrowing InputFile, into input: inout WipedBuffer, _ count: Int, at offset: Int
  ) throws(PlatformError) {
    var room = input.mutableBytes
    var span = room._mutatingExtracting(..<count)
    guard try source.read(into: &span, at: offset) == count else {
      throw PlatformError(.changedUnderUs, "read the input")
    }
  }

  /// Seals or opens a chunk; returns how many bytes it became.
  private static func work(
    on chunk: Int, _ layout: ChunkLayout, _ input: borrowing WipedBuffer, _ count: Int,
    _ output: inout WipedBuffer, _ cipher: inout WorkerCipher
  ) throws(AgeError) -> Int {
    let bytes = input.bytes.extracting(..<count)
    let tag = ChaCha20Poly1305.tagByteCount
    let isLast = chunk == layout.chunkCount - 1
    let resultCount = layout.direction == .seal ? count + tag : count - tag
    guard resultCount >= 0 else { throw Payload.truncated }
    var room = output.mutableBytes
    var result = room._mutatingExtracting(..<resultCount)
    do throws(CryptoError) {
      switch layout.direction {
      case .seal: try cipher.seal(bytes, chunk, isLast: isLast, into: &result)
      case .open: try cipher.open(bytes, chunk, isLast: isLast, into: &result)
      }
    } catch {
      if error.code == .authenticationFailed { throw Payload.tampered }
      throw AgeError(error)
    }
    if layout.direction == .open, isLast, chunk > 0, resultCount == 0 { throw Payload.emptyLast }
    return resultCount
  }
}
