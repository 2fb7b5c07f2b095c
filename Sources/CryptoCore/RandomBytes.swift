internal import CSodium

/// The operating system's random generator, by libsodium (`getrandom`).
///
/// The process stops when the system has no randomness to give: there is no way to go on.
public enum RandomBytes {
  /// Overwrites all of `bytes`.
  public static func fill(_ bytes: inout MutableSpan<UInt8>) {
    let isReady = Sodium.isReady
    precondition(isReady, "libsodium did not start")
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      unsafe randombytes_buf(start, buffer.count)
    }
  }

  /// `count` random bytes that need no secrecy, such as salts.
  public static func array(count: Int) -> [UInt8] {
    var array = [UInt8](repeating: 0, count: count)
    var span = array.mutableSpan
    fill(&span)
    return array
  }
}
