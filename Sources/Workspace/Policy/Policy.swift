public import Envelope
public import Findings
public import Manifest
public import Platform
public import YAMLSource

/// A repository's `.sealwax.yaml`: which files are sealed, for whom, and how (docs/policy.md).
public struct Policy: Sendable {
  /// The name of the file.
  public static let fileName = ".sealwax.yaml"
  /// The version that this program knows.
  public static let version = "1"

  /// One rule; the first that matches a path counts.
  public struct Rule: Sendable {
    /// What it is for, relative to the policy's folder; one of them has to match.
    public let paths: [GlobPattern]
    /// Recipients as they are written: age or SSH recipients, or names of files in `Keys`.
    public let recipients: [Reference]
    /// Files with key-encryption keys, relative to the policy's folder.
    public let kekFiles: [Reference]
    /// The cipher of the values; nil for the usual one.
    public let cipher: CipherName?
    /// How much of the identity is bound; nil for the usual scope.
    public let scope: SealScope?
    /// Who may have sealed it: public signing keys, or names of files in `Keys`; empty asks for no
    /// signature.
    public let signers: [Reference]
    /// How old a data key may become, in days; nil for any age.
    public let maximumKeyAge: Int?
    /// How old a key-encryption key may become, in days; nil for any age.
    public let maximumKEKAge: Int?
    /// Which fields of objects beside Secrets are sealed.
    public let fields: [SealedFields]
    /// Where the rule begins.
    public let position: SourcePosition

    /// The same, to read manifests by.
    public var fieldChoice: FieldChoice { FieldChoice(rules: fields.map(\.rule)) }
  }

  /// Fields of one kind that are sealed.
  public struct SealedFields: Sendable {
    /// Which they are.
    public let rule: FieldRule
    /// Where the policy says so.
    public let position: SourcePosition
  }

  /// A pattern of files that are left alone, and where it stands.
  public struct Ignored: Sendable {
    /// The pattern, relative to the policy's folder.
    public let pattern: GlobPattern
    /// Where it stands.
    public let position: SourcePosition
  }

  /// Findings of audits that do not count for a while.
  public struct AcceptedFinding: Sendable {
    /// The rule, the reason and the day.
    public let suppression: Suppression
    /// The files it is about, relative to the policy's folder; empty for all, wherever they lie.
    public let paths: [GlobPattern]
  }

  /// A text of the policy and where it stands.
  public struct Reference: Sendable {
    /// The text.
    public let text: String
    /// Where it stands.
    public let position: SourcePosition
  }

  /// The policy's own path.
  public let path: String
  /// The folder it stands in and is about, without symbolic links.
  public let folder: String
  /// Its rules, in order.
  public let rules: [Rule]
  /// Recipients that go by one name.
  public let groups: [String: [Reference]]
  /// Who can open everything, whatever a rule says: a key for emergencies.
  public let required: [Reference]
  /// For whom nothing may be sealed.
  public let forbidden: [Reference]
  /// What is left alone.
  public let ignored: [Ignored]
  /// What audits let pass.
  public let suppressions: [AcceptedFinding]
  /// The key-encryption keys that it lists.
  public let keks: [ListedKEK]
  /// The policies of the folders around it, the nearest first: what they require and forbid holds
  /// here as well.
  public internal(set) var around: [Policy] = []

  /// The rule for a path relative to the policy's folder.
  public func rule(for relativePath: String) -> Rule? {
    rules.first { rule in rule.paths.contains { $0.matches(relativePath) } }
  }

  /// Which fields of objects beside Secrets are sealed in a file that a path leads to, relative to
  /// the policy's folder.
  public func fields(for relativePath: String) -> FieldChoice {
    guard !ignores(relativePath), let rule = rule(for: relativePath) else { return .none }
    return rule.fieldChoice
  }

  /// Whether a path relative to the policy's folder is to be left alone.
  public func ignores(_ relativePath: String) -> Bool {
    reasonToIgnore(relativePath) != nil
  }

  /// What says that a path relative to the policy's folder is to be left alone.
  func reasonToIgnore(_ relativePath: String) -> Ignored? {
    ignored.first { $0.pattern.matches(relativePath) }
  }
}
