/// Random bytes for nonces, fetched from the system many at a time; one pool for each worker.
///
/// Nonces are public as soon as they are used, so an ordinary buffer holds those to come; keys do not
/// come from here. Each byte is given out once and wiped then. A process that forks without running
/// another program would give out the same bytes twice: this one does not.
public struct RandomPool: ~Copyable, Sendable {
  private static let byteCount = 480

  private var bytes = WipedBuffer()

  /// An empty pool.
  public init() {}

  /// Overwrites all of `output`, at most 480 bytes.
  mutating func fill(_ output: inout MutableSpan<UInt8>) {
    precondition(output.count <= Self.byteCount, "more than a pool holds")
    if bytes.count < output.count {
      bytes.removeAll()
      bytes.append(count: Self.byteCount) { RandomBytes.fill(&$0) }
    }
    let start = bytes.count - output.count
    for index in 0..<output.count { output[index] = bytes.bytes[start + index] }
    bytes.truncate(to: start)
  }
}
