internal import CryptoCore
internal import Platform

/// Reads, seals or opens, and writes pieces of a file; each thread has one.
struct PieceWorker: ~Copyable {
  private let layout: PieceLayout
  private let chunks: Int
  private var cipher: WorkerCipher
  private var input = WipedBuffer()
  private var output = WipedBuffer()

  init(_ layout: PieceLayout, _ key: PayloadKey, chunks: Int) {
    self.layout = layout
    self.chunks = chunks
    cipher = WorkerCipher(key)
    // Filled once with zeros, and then only overwritten.
    input.append(repeating: 0, count: chunks * layout.inputChunk)
    output.append(repeating: 0, count: chunks * layout.outputChunk)
  }

  /// Works on a piece.
  mutating func work(
    on piece: Int, _ source: borrowing InputFile, _ target: borrowing AtomicFile
  ) throws(AgeError) {
    let first = piece * chunks
    let end = min(first + chunks, layout.chunkCount)
    let start = first * layout.inputChunk
    let count = min(end * layout.inputChunk, layout.inputByteCount) - start
    do throws(PlatformError) {
      try Self.read(source, into: &input, count, at: layout.inputStart + start)
    } catch { throw AgeError(error) }
    var written = 0
    for chunk in first..<end {
      written += try Self.work(on: chunk, at: chunk - first, layout, input, &output, &cipher)
    }
    do throws(PlatformError) {
      try target.write(
        output.bytes.extracting(..<written),
        at: layout.outputStart + first * layout.outputChunk)
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

  /// Works on a chunk; returns how many bytes it became.
  private static func work(
    on chunk: Int, at place: Int, _ layout: PieceLayout, _ input: borrowing WipedBuffer,
    _ output: inout WipedBuffer, _ cipher: inout WorkerCipher
  ) throws(AgeError) -> Int {
    let count = layout.inputByteCount(of: chunk)
    let start = place * layout.inputChunk
    let bytes = input.bytes.extracting(start..<(start + count))
    let tag = ChaCha20Poly1305.tagByteCount
    let isLast = chunk == layout.chunkCount - 1
    let resultCount = layout.direction == .seal ? count + tag : count - tag
    guard resultCount >= 0 else { throw Payload.truncated }
    let resultStart = place * layout.outputChunk
    var room = output.mutableBytes
    var result = room._mutatingExtracting(resultStart..<(resultStart + resultCount))
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
