internal import CSodium

/// What this process's secret memory can promise.
public enum SecretMemory {
  /// Whether pages can be locked in RAM.
  ///
  /// `sodium_malloc` ignores a failure to lock (`ulimit -l` too low), and secrets could then be
  /// swapped out: a program should warn once.
  public static var isLockable: Bool {
    guard Sodium.isReady, let probe = unsafe sodium_malloc(1) else { return false }
    defer { unsafe sodium_free(probe) }
    return unsafe sodium_mlock(probe, 1) == 0
  }

  /// A guarded, locked, zeroed region of its own; about 30 microseconds.
  static func allocate(_ count: Int) throws(CryptoError) -> UnsafeMutablePointer<UInt8> {
    precondition(count >= 0, "a negative number of bytes")
    guard Sodium.isReady, let region = unsafe sodium_malloc(max(count, 1)) else {
      throw CryptoError(.outOfMemory, "allocating secret memory")
    }
    unsafe sodium_memzero(region, max(count, 1))
    return unsafe region.assumingMemoryBound(to: UInt8.self)
  }
}
