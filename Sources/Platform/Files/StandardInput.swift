internal import Synchronization

/// Standard input, of which there is one: who reads it leaves nothing for a second reader.
enum StandardInput {
  private static let isTaken = Atomic(false)

  /// Takes it.
  ///
  /// - Throws: `.usedTwice` the second time, instead of an input that is silently empty.
  static func take() throws(PlatformError) {
    guard !isTaken.exchange(true, ordering: .relaxed) else {
      throw PlatformError(.usedTwice, "read", path: "standard input")
    }
  }
}
