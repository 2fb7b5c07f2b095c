internal import CryptoCore
internal import Platform
internal import Synchronization

/// Seals or opens a payload that comes in order and goes in order: a batch of chunks is read, worked
/// on by all threads, and written.
struct ChunkBatches: ~Copyable {
  private let direction: ChunkSlot.Direction
  private let key: PayloadKey
  private let workers: Int
  private var slots: [SharedSlot]

  /// How many chunks a batch has: with both sides of each, 8 MiB.
  private static let slotCount = 64

  /// A slot that one worker after another has; each lock is free when it is taken.
  private final class SharedSlot: Sendable {
    let slot: Mutex<ChunkSlot>
    init(_ direction: ChunkSlot.Direction) { slot = Mutex(ChunkSlot(direction)) }
  }

  init(_ direction: ChunkSlot.Direction, _ key: PayloadKey, workers: Int) {
    self.direction = direction
    self.key = key
    self.workers = min(max(workers, 1), AgeStream.maximumWorkers)
    slots = []
  }

  /// Works until the source ends.
  ///
  /// - Parameters:
  ///   - read: Fills its argument unless the end comes first, and returns how many bytes came.
  ///   - write: Takes what a chunk became.
  mutating func run(
    read: (inout MutableSpan<UInt8>) throws(AgeError) -> Int,
    write: (Span<UInt8>) throws(AgeError) -> Void
  ) throws(AgeError) {
    var first = 0
    var held = 0
    while true {
      let (filled, hasEnded) = try fill(from: held, isStart: first == 0 && held == 0, read)
      // Whether a full chunk is the last one is only known when the next was tried.
      let count = hasEnded ? filled : filled - 1
      work(on: count, first: first, hasEnded: hasEnded)
      for index in 0..<count {
        try slots[index].slot.withLock { (slot) throws(AgeError) in
          try slot.withOutput(write)
          if let failure = slot.failure { throw failure }
        }
      }
      if hasEnded { return }
      slots.swapAt(0, count)
      held = 1
      first += count
    }
  }

  /// Fills slots; returns how many have a chunk now, and whether the source has ended.
  private mutating func fill(
    from held: Int, isStart: Bool, _ read: (inout MutableSpan<UInt8>) throws(AgeError) -> Int
  ) throws(AgeError) -> (filled: Int, hasEnded: Bool) {
    var filled = held
    while filled < Self.slotCount {
      // Small files need few.
      if filled == slots.count { slots.append(SharedSlot(direction)) }
      let (isFull, isEmpty) = try slots[filled].slot.withLock { (slot) throws(AgeError) in
        try slot.fill(read)
        return (slot.isFull, slot.inputCount == 0)
      }
      // An empty chunk is one only when there is no other.
      if !isEmpty || (isStart && filled == 0) { filled += 1 }
      if !isFull { return (filled, true) }
    }
    return (filled, false)
  }

  private func work(on count: Int, first: Int, hasEnded: Bool) {
    let (slots, key, direction) = (slots, key, direction)
    Parallel.forEach(
      count: count, workers: min(workers, count),
      makeState: { _ in WorkerCipher(key) },
      body: { index, worker in
        let isLast = hasEnded && index == count - 1
        slots[index].slot.withLock { slot in
          switch direction {
          case .seal: slot.seal(first + index, isLast: isLast, &worker)
          case .open: slot.open(first + index, isLast: isLast, &worker)
          }
        }
      })
  }
}
