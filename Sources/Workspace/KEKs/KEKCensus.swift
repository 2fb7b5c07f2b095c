internal import Envelope

/// How much lies under each key-encryption key.
public struct KEKCensus: Sendable {
  /// What lies under one.
  public struct Count: Sendable {
    /// How many Secrets.
    public fileprivate(set) var secretCount = 0
    /// Their files, in order; the first of them.
    public fileprivate(set) var files: [String] = []
    /// How many files.
    public fileprivate(set) var fileCount = 0

    /// How many files are named.
    fileprivate static let maximumNamedCount = 20
  }

  /// The counts, by the ids of keys.
  private var counts: [String: Count] = [:]
  /// Why files could not be looked at.
  public private(set) var errors: [WorkspaceError] = []

  /// The ids of the keys under which something lies.
  public var keys: [String] { counts.keys.sorted() }

  /// What lies under a key.
  public func count(of id: String) -> Count { counts[id] ?? Count() }

  /// Nothing counted yet.
  public init() {}

  /// Counts all that is in a folder.
  public init(of folder: String) throws(WorkspaceError) {
    let paths = try InputPaths([folder])
    var census = KEKCensus()
    StatusScan().run(paths) { census.add($0) }
    self = census
  }

  /// Counts a file.
  public mutating func add(_ status: ManifestStatus) {
    if let error = status.error { errors.append(error) }
    var seen: Set<String> = []
    for unit in status.units {
      for line in unit.envelope?.recipients ?? [] where line.recipient.kind == .kek {
        let isFirst = seen.insert(line.recipient.text).inserted
        counts[line.recipient.text, default: Count()].add(isFirst ? status.path : nil)
      }
    }
  }
}

extension KEKCensus.Count {
  fileprivate mutating func add(_ file: String?) {
    secretCount += 1
    guard let file else { return }
    fileCount += 1
    if files.count < Self.maximumNamedCount { files.append(file) }
  }
}
