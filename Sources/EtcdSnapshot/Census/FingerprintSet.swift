internal import CryptoCore

/// A set of keyed hashes: which etcd keys were seen, in 16 bytes each and the empty places between.
///
/// With 128 bits and a key of the process's own, two keys of a file do not collide by accident
/// (one chance in 10^26 for a million) nor on purpose.
struct FingerprintSet: Sendable {
  private var low: [UInt64]
  private var high: [UInt64]
  private var mask: Int
  private(set) var count = 0

  init() {
    mask = 1023
    low = Array(repeating: 0, count: 1024)
    high = Array(repeating: 0, count: 1024)
  }

  /// Adds a hash; false when it was there.
  mutating func insert(_ hash: SipHash128.Hash) -> Bool {
    if count * 4 >= (mask + 1) * 3 { grow() }
    return place(hash.low, hash.high | 1)
  }

  /// One bit of the high half marks a place as taken.
  private mutating func place(_ newLow: UInt64, _ newHigh: UInt64) -> Bool {
    var index = Int(truncatingIfNeeded: newLow) & mask
    while high[index] != 0 {
      if high[index] == newHigh, low[index] == newLow { return false }
      index = (index + 1) & mask
    }
    low[index] = newLow
    high[index] = newHigh
    count += 1
    return true
  }

  private mutating func grow() {
    let (oldLow, oldHigh) = (low, high)
    let size = (mask + 1) * 2
    mask = size - 1
    low = Array(repeating: 0, count: size)
    high = Array(repeating: 0, count: size)
    count = 0
    for index in oldHigh.indices where oldHigh[index] != 0 {
      _ = place(oldLow[index], oldHigh[index])
    }
  }
}
