public import YAMLSource

/// The rules of a `.sops.yaml`: for which files, who gets the key and what is encrypted.
///
/// Only what creates files is looked at; unknown keys are passed over, as SOPS does, and
/// `SOPSDestinationRules` has the `destination_rules`.
public struct SOPSCreationRules: Sendable {
  /// Someone that a rule names.
  public struct Recipient: Sendable, Equatable {
    /// The kind of key.
    public let backend: SOPSBackend
    /// An age recipient, a fingerprint, an ARN, a URL or a resource's name; for AWS KMS and Azure the
    /// parts of an entry of a key group, joined with `+` and `/` as SOPS's flags have them.
    public let name: String
    /// The profile of AWS's settings that the rule names; empty for none.
    public let awsProfile: String
    /// AWS's encryption context.
    public let encryptionContext: [String: String]
    /// Where it stands.
    public let position: SourcePosition

    /// Makes one.
    public init(
      backend: SOPSBackend, name: String, awsProfile: String = "",
      encryptionContext: [String: String] = [:], position: SourcePosition
    ) {
      self.backend = backend
      self.name = name
      self.awsProfile = awsProfile
      self.encryptionContext = encryptionContext
      self.position = position
    }
  }

  /// A rule.
  public struct Rule: Sendable {
    /// What a file's path must match, if anything: RE2, anywhere in the path.
    public let pathPattern: String?
    /// Groups of recipients; one unless the rule has key groups.
    public let keyGroups: [[Recipient]]
    /// Whether they stand in `key_groups`, where each names its own encryption context.
    public let hasKeyGroups: Bool
    /// How many groups are needed; nil for all.
    public let shamirThreshold: Int?
    /// Which values are encrypted; nil for SOPS's standard.
    public let selection: SOPSSelection?
    /// Whether the MAC covers the encrypted values only.
    public let isMACOnlyEncrypted: Bool
    /// Where the rule begins.
    public let position: SourcePosition
    fileprivate let path: RegexProgram?

    init(
      pathPattern: String?, path: RegexProgram?, keyGroups: [[Recipient]], hasKeyGroups: Bool,
      shamirThreshold: Int?,
      selection: SOPSSelection?, isMACOnlyEncrypted: Bool, position: SourcePosition
    ) {
      self.pathPattern = pathPattern
      self.path = path
      self.keyGroups = keyGroups
      self.hasKeyGroups = hasKeyGroups
      self.shamirThreshold = shamirThreshold
      self.selection = selection
      self.isMACOnlyEncrypted = isMACOnlyEncrypted
      self.position = position
    }

    /// Whether the rule is for a file.
    func isFor(_ path: String) -> Bool {
      let bytes = Array(path.utf8)
      return self.path?.matches(bytes.span) ?? true
    }
  }

  /// The rules in their order.
  public let rules: [Rule]
  /// How far in things stand in what is written.
  public let layout: SOPSLayout

  /// Reads a `.sops.yaml`.
  ///
  /// - Throws: `.syntax`; `.malformedConfiguration`, `.conflictingRules` and `.malformedRule` with the
  ///   position.
  public static func read(_ text: Span<UInt8>) throws(SOPSError) -> SOPSCreationRules {
    let tree: SourceTree
    do { tree = try SourceTree.parse(text, syntax: .yaml) } catch { throw SOPSError(error) }
    var reader = CreationRulesReader(tree)
    return SOPSCreationRules(rules: try reader.rules(text), layout: try reader.layout(text))
  }

  /// The rule for a file: the first that its path matches.
  ///
  /// - Parameter path: The path from the folder of the `.sops.yaml`, its parts separated by `/`.
  /// - Throws: `.noMatchingRule`.
  public func rule(for path: String) throws(SOPSError) -> Rule {
    guard let rule = rules.first(where: { $0.isFor(path) }) else {
      throw SOPSError(
        .noMatchingRule, "no creation rule is for '\(Printable.text(path))'")
    }
    return rule
  }
}
