import CryptoCore
import Glibc

/// Nanoseconds on the clock that nobody sets.
func now() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// How long one call takes, in nanoseconds: the median of batches of about two milliseconds.
///
/// The median, because another program's turn on the processor lengthens a few batches by much.
func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
  var batch = 1
  while true {
    let start = now()
    for _ in 0..<batch { try body() }
    if now() - start > 2_000_000 || batch >= 1 << 20 { break }
    batch *= 2
  }
  var results: [Double] = []
  for _ in 0..<101 {
    let start = now()
    for _ in 0..<batch { try body() }
    results.append(Double(now() - start) / Double(batch))
  }
  return results.sorted()[results.count / 2]
}
