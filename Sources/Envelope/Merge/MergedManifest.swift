public import CryptoCore

/// What came of merging a manifest.
public struct MergedManifest: ~Copyable, Sendable {
  /// A value that both sides changed, or that one removed and the other changed.
  public struct Conflict: Sendable, Hashable {
    /// The Secret's name, for instance "Secret default/db".
    public let unit: String
    /// The value's name, for instance "data/password"; empty for the Secret itself.
    public let entry: String
    /// Who made its two values.
    public let authors: ConflictAuthors?
  }

  /// The text, with git's markers where there are conflicts.
  public let text: WipedBuffer
  /// The values in conflict, in the order of the text.
  public let conflicts: [Conflict]
  /// How many conflicts there are in the text besides.
  public let textConflictCount: Int
  /// The Secrets whose seal somebody with a key has to make again.
  public internal(set) var unsealed: [String] = []
  /// What else keeps the result from being one to commit, for people.
  public internal(set) var problems: [String] = []
  /// What there is to know about it, for people.
  public internal(set) var notes: [String] = []

  init(text: consuming WipedBuffer, conflicts: [Conflict], textConflictCount: Int) {
    self.text = text
    self.conflicts = conflicts
    self.textConflictCount = textConflictCount
  }

  /// Whether it can be committed as it is.
  public var isClean: Bool {
    conflicts.isEmpty && textConflictCount == 0 && unsealed.isEmpty && problems.isEmpty
  }
}
