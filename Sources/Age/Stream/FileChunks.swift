internal import CryptoCore
internal import Platform
internal import Synchronization

/// Seals or opens a regular file into another, chunk by chunk and at their places, on all threads.
///
/// One chunk at a time stays in a core's cache: four took a quarter longer.
enum FileChunks {
  static func encrypt(
    _ input: borrowing InputFile, from start: Int, to output: borrowing AtomicFile,
    for recipients: [any Recipient], _ workers: Int
  ) throws(AgeError) {
    var header = WipedBuffer(capacity: 512)
    let key = try StreamWriter.makeHeader(for: recipients, appendingTo: &header)
    do { try output.write(header.bytes, at: 0) } catch { throw AgeError(error) }
    let layout = ChunkLayout(
      .seal, inputStart: start, inputByteCount: input.identity.size - start,
      outputStart: header.count)
    try run(layout, key, input, output, workers)
  }

  static func decrypt(
    _ input: borrowing InputFile, from start: Int, to output: borrowing AtomicFile,
    _ key: PayloadKey, _ workers: Int
  ) throws(AgeError) {
    let layout = ChunkLayout(
      .open, inputStart: start, inputByteCount: max(input.identity.size - start, 0),
      outputStart: 0)
    try run(layout, key, input, output, workers)
  }

  private static func run(
    _ layout: ChunkLayout, _ key: PayloadKey, _ input: borrowing InputFile,
    _ output: borrowing AtomicFile, _ workers: Int
  ) throws(AgeError) {
    let failure = Mutex<(chunk: Int, error: AgeError)?>(nil)
    Parallel.forEach(
      count: layout.chunkCount, workers: min(max(workers, 1), AgeStream.maximumWorkers),
      makeState: { _ in ChunkWorker(layout, key) },
      body: { chunk, worker in
        let hasFailed = failure.withLock { $0 != nil }
        if hasFailed { return }
        do throws(AgeError) {
          try worker.work(on: chunk, input, output)
        } catch {
          failure.withLock { failure in
            // The first one tells most.
            if let known = failure, known.chunk < chunk { return }
            failure = (chunk, error)
          }
        }
      })
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    try checkEnd(of: input, layout)
  }

  /// Checks that nothing was appended to the input in the meantime.
  private static func checkEnd(
    of input: borrowing InputFile, _ layout: ChunkLayout
  ) throws(AgeError) {
    var byte = InlineArray<1, UInt8>(repeating: 0)
    var span = byte.mutableSpan
    let got: Int
    do { got = try input.read(into: &span, at: layout.inputEnd) } catch { throw AgeError(error) }
    if got > 0 { throw changed }
  }

  static let changed = AgeError(.platform, "the file was changed while it was read")
}
