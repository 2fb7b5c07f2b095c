internal import Envelope
internal import SOPSFormat
public import YAMLSource

/// What can be said about one SOPS file.
public struct SOPSFileStatus: Sendable {
  /// Somebody that the file says it is encrypted for.
  public struct Recipient: Sendable, Hashable {
    /// The kind of key, for instance "age".
    public let backend: String
    /// The recipient, as the file names it.
    public let text: String
    /// Which key group it is in, from 0.
    public let group: Int
  }

  /// Something that is not as it must be.
  public struct Problem: Sendable {
    /// What, for programs.
    public let code: String
    /// What, for people.
    public let message: String
    /// Where; nil when it is about the file.
    public let position: SourcePosition?
  }

  /// The kind of file: yaml, json, dotenv, ini or binary.
  public let store: String
  /// The version of the program that wrote it, as it says.
  public let version: String
  /// When it was changed last, as it says.
  public let lastModified: String
  /// Its rule, for instance `encrypted_regex ^data$`.
  public let rule: String
  /// Whether its MAC covers the encrypted values only.
  public let isMACOnlyEncrypted: Bool
  /// Whom it names; nothing authenticates them.
  public let recipients: [Recipient]
  /// How many key groups are needed to open it.
  public let threshold: Int
  /// How many values and comments are encrypted.
  public let encryptedCount: Int
  /// How many values are plain by its rule.
  public let plainCount: Int
  /// What is wrong with it: as far as that shows without a key, or all when one was given.
  public internal(set) var problems: [Problem]
  /// Whether a key was given and its MAC and every value of it hold.
  public internal(set) var isAuthentic = false
  /// What is not as the `.sops.yaml` says.
  public internal(set) var departures: [String] = []

  /// Looks at a file without a key.
  init(_ file: SOPSFile) {
    let metadata = file.metadata
    let inspection = file.inspect()
    store = file.store.rawValue
    version = metadata.version
    lastModified = metadata.lastModified.text(withFraction: false)
    rule = "\(metadata.selection.kind.rawValue) \(metadata.selection.pattern)"
    isMACOnlyEncrypted = metadata.isMACOnlyEncrypted
    recipients = metadata.keyGroups.enumerated().flatMap { group, entries in
      entries.entries.map {
        Recipient(backend: $0.backend.description, text: $0.recipient, group: group)
      }
    }
    threshold =
      metadata.shamirThreshold == 0 ? metadata.keyGroups.count : metadata.shamirThreshold
    encryptedCount = inspection.encryptedCount
    plainCount = inspection.plainCount
    problems = inspection.problems.map {
      Problem(code: $0.code.description, message: $0.message, position: $0.position)
    }
  }
}

/// Looks at SOPS files without changing them.
struct SOPSInspector: Sendable {
  /// What opens them; nil to do without keys.
  let keys: SOPSKeySource?
  /// Whether signatures are required, which they cannot have.
  let needsSignature: Bool
  private let rules = SOPSRules()

  init(keys: SOPSKeySource?, needsSignature: Bool) {
    self.keys = keys
    self.needsSignature = needsSignature
  }

  func status(of file: SOPSFile, path: String) -> SOPSFileStatus {
    var status = SOPSFileStatus(file)
    if needsSignature {
      status.problems.append(
        SOPSFileStatus.Problem(
          code: "missingSignature", message: SOPSText.unsigned(path).message, position: nil))
    }
    status.departures = departures(of: file, path: path)
    guard let keys else { return status }
    do throws(WorkspaceError) {
      _ = try keys.open(file, path: path).plaintext(.preserved, path: path)
      status.isAuthentic = true
    } catch {
      let isKnown = status.problems.contains {
        $0.message == error.message && (error.position == nil || $0.position == error.position)
      }
      guard !isKnown else { return status }
      status.problems.append(
        SOPSFileStatus.Problem(
          code: error.kind == .noIdentity ? "noIdentity" : "notAuthentic", message: error.message,
          position: error.position))
    }
    return status
  }

  /// What of a file is not as its rule says; a rule that is wrong is told where it is used.
  private func departures(of file: SOPSFile, path: String) -> [String] {
    guard path != "-", let place = (try? rules.place(of: path)).flatMap({ $0 }) else { return [] }
    let rule = place.rule
    var departures: [String] = []
    let wanted = Set(rule.keyGroups.flatMap(\.self).map { Self.name($0.backend, $0.name) })
    let there = Set(
      file.metadata.keyGroups.flatMap(\.entries).map { Self.name($0.backend, $0.recipient) })
    for name in wanted.subtracting(there).sorted() {
      departures.append("not encrypted for \(name), whom .sops.yaml names")
    }
    for name in there.subtracting(wanted).sorted() {
      departures.append("encrypted for \(name), whom .sops.yaml does not name")
    }
    if departures.isEmpty, rule.keyGroups.count != file.metadata.keyGroups.count {
      departures.append("its key groups are not those of .sops.yaml")
    }
    let selection = rule.selection ?? .standard
    if file.store != .binary, selection != file.metadata.selection {
      departures.append(
        "its rule is not the one of .sops.yaml (\(selection.kind.rawValue) \(selection.pattern))")
    }
    return departures
  }

  /// Two services name a key in one way in rules, in another one in files: with their parts apart.
  private static func name(_ backend: SOPSBackend, _ recipient: String) -> String {
    let text: String
    switch backend {
    case .awsKMS: text = String(recipient.prefix { $0 != "+" })
    default: text = recipient
    }
    return "\(backend) \(text)"
  }
}
