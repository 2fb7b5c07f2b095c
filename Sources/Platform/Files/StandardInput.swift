internal import Glibc
internal import Synchronization

/// Standard input, of which there is one: who reads it leaves nothing for a second reader.
enum StandardInput {
  private static let isTaken = Atomic(false)
  private static let hasSecret = Atomic(false)

  /// Takes it.
  ///
  /// - Throws: `.usedTwice` the second time, instead of an input that is silently empty.
  static func take() throws(PlatformError) {
    guard !isTaken.exchange(true, ordering: .relaxed) else {
      throw PlatformError(.usedTwice, "read", path: "standard input")
    }
  }

  /// Whether there is a secret in it that a child must not read again.
  static var isSecret: Bool {
    get { hasSecret.load(ordering: .acquiring) }
    set { hasSecret.store(newValue, ordering: .releasing) }
  }

  /// Makes it empty before a child gets it, if there is a secret in it.
  static func prepareForChild() throws(PlatformError) {
    guard isSecret else { return }
    let null = try Descriptor.open("/dev/null", O_RDONLY)
    try checked("empty standard input") { dup2(null.number, STDIN_FILENO) }
  }
}
