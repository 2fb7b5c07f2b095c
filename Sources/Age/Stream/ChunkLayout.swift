internal import CryptoCore

/// Where the chunks of a file are, in the input and the output.
struct ChunkLayout: Sendable {
  let direction: ChunkSlot.Direction
  let inputStart: Int
  let inputByteCount: Int
  let outputStart: Int

  init(
    _ direction: ChunkSlot.Direction, inputStart: Int, inputByteCount: Int, outputStart: Int
  ) {
    self.direction = direction
    self.inputStart = inputStart
    self.inputByteCount = inputByteCount
    self.outputStart = outputStart
  }

  /// The bytes of a full chunk in the input.
  var inputChunk: Int {
    direction == .seal ? Payload.chunkByteCount : Payload.sealedChunkByteCount
  }

  /// The bytes of a full chunk in the output.
  var outputChunk: Int {
    direction == .seal ? Payload.sealedChunkByteCount : Payload.chunkByteCount
  }

  /// How many chunks there are: at least one.
  var chunkCount: Int { max(0, inputByteCount - 1) / inputChunk + 1 }

  /// Where the input ends.
  var inputEnd: Int { inputStart + inputByteCount }

  /// How many bytes of the input a chunk has.
  func inputByteCount(of chunk: Int) -> Int {
    min(inputChunk, inputByteCount - chunk * inputChunk)
  }
}
