internal import CryptoCore

/// Replaces values in a stream by `[MASKED]`.
///
/// What may be the beginning of a value is held back until more has come, however the stream is cut
/// into pieces; never more than the longest form of a value.
struct MaskingFilter: ~Copyable {
  private let automaton: ValueAutomaton
  private var state: UInt32 = 0
  private var held = WipedBuffer()
  /// What of `held` is masked: ascending, apart from each other.
  private var masked: [Range<Int>] = []
  /// Whether the mark of the first of them is out already.
  private var isMarked = false

  init(_ automaton: ValueAutomaton) { self.automaton = automaton }

  /// Takes a piece, and appends what is decided.
  mutating func pass(_ piece: Span<UInt8>, to output: inout WipedBuffer) {
    for index in piece.indices {
      held.append(piece[index])
      state = automaton.step(state, piece[index])
      let length = automaton.longest(of: state)
      if length > 0 { mask((held.count - length)..<held.count) }
    }
    release(held.count - automaton.depth(of: state), to: &output)
  }

  /// Appends what is left at the end of the stream.
  mutating func finish(to output: inout WipedBuffer) {
    release(held.count, to: &output)
    state = 0
  }

  private mutating func mask(_ range: Range<Int>) {
    var range = range
    // Beside each other they stay apart, or a value said over and over would be held for ever.
    while let last = masked.last, range.lowerBound < last.upperBound {
      range = min(range.lowerBound, last.lowerBound)..<range.upperBound
      masked.removeLast()
    }
    masked.append(range)
  }

  private mutating func release(_ end: Int, to output: inout WipedBuffer) {
    var position = 0
    var left: [Range<Int>] = []
    for range in masked {
      guard range.lowerBound < end else {
        left.append((range.lowerBound - end)..<(range.upperBound - end))
        continue
      }
      output.append(held.bytes.extracting(position..<range.lowerBound))
      if !isMarked { output.append("[MASKED]") }
      position = min(range.upperBound, end)
      isMarked = range.upperBound > end
      if isMarked { left.append(0..<(range.upperBound - end)) }
    }
    output.append(held.bytes.extracting(position..<end))
    masked = left
    held = WipedBuffer(copying: held.bytes.extracting(end...))
  }
}
