public import Envelope
public import Manifest
internal import Platform

/// What somebody could read: every value they ever had the key of.
public struct Exposure: Sendable {
  /// Whether a value that was read can still do harm, as far as the repository tells.
  public enum State: String, Sendable, Comparable, CaseIterable {
    /// It is what is there now: it has to be changed at its source.
    case unchanged
    /// There is another ciphertext now, and no identity at hand tells whether the value is another.
    case unknown
    /// It is not there any more; whether it still works, only its source knows.
    case gone
    /// There is another value now.
    case changed

    /// The worst first.
    public static func < (left: State, right: State) -> Bool { left.order < right.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether the value has to be changed at its source.
    public var isInForce: Bool { self == .unchanged || self == .unknown }
  }

  /// One value that could be read.
  public struct Value: Sendable {
    /// Whether it is still in force.
    public let state: State
    /// Whether it was in plaintext, so that everybody could read it.
    public let isPlaintext: Bool
    /// The commit that brought it first; nil when none has yet.
    public let first: CommitMark?
    /// The last commit that brought it or took it away; nil when none has.
    public let last: CommitMark?
    /// The files that it was in, the latest first, from the repository's root.
    public let files: [String]
    /// Where else the same value is in use now.
    public let usedElsewhere: [String]
  }

  /// All values of one key of a Secret that could be read.
  public struct Entry: Sendable {
    /// The Secret.
    public let unit: UnitIdentity
    /// The key, `stringData/password`; `data#` for a comment.
    public let name: String
    /// The values, the latest first.
    public let values: [Value]

    /// The worst of the values' states.
    public var state: State { values.map(\.state).min() ?? .gone }
  }

  /// What was found, by Secret and key.
  public internal(set) var entries: [Entry] = []
  /// Whom it is about: as old and new versions call them.
  public internal(set) var recipients: [RecipientDescription] = []
  /// The Secrets that can be opened today: their data keys have not been changed.
  public internal(set) var openToday: [String] = []
  /// Versions of sealed manifests that are damaged, so that nobody knows what they held.
  public internal(set) var unreadable: [WorkspaceError] = []
  /// What could not be looked at: the answer is not complete.
  public internal(set) var errors: [WorkspaceError] = []
  /// Whether there was a history to look at.
  public internal(set) var hasHistory = true
  /// How many versions of manifests with Secrets were looked at.
  public internal(set) var versionCount = 0
  /// The files of SOPS among them, by what they are called: where they are.
  var openFiles: [PathKey: String] = [:]
  /// What only files of SOPS with data keys that are not to be used any more have.
  var links: Set<TokenDigest> = []
  /// What commits to data keys that are not to be used any more.
  var commitments: Set<[UInt8]> = []
  /// The keys that may be taken away: those that were named or that `Keys` has.
  ///
  /// Only where that says nothing, those that old versions call by the name: whoever could write to the repository chose
  /// these names.
  let named: KeyMatch

  init(_ named: KeyMatch) { self.named = named }

  /// How many keys of Secrets have a value that has to be changed at its source.
  public var inForceCount: Int { entries.count { $0.state.isInForce } }

  /// Takes note of Secrets that got new data keys.
  ///
  /// - Parameter paths: Files that were rewritten.
  public mutating func close(_ labels: [String], paths: [String]) {
    let labels = Set(labels.map(PathKey.init))
    let closed = Set(paths.compactMap { ResolvedPath.file($0).map(PathKey.init) })
    openToday.removeAll { label in
      let label = PathKey(label)
      return labels.contains(label)
        || openFiles[label].flatMap { ResolvedPath.file($0) }.map { closed.contains(PathKey($0)) }
          ?? false
    }
  }
}
