internal import YAMLSource

/// Where a published file goes.
public enum SOPSDestination: Sendable, Equatable {
  /// An object of Amazon S3, whose key is the prefix and the file's name.
  case s3(bucket: String, prefix: String)
  /// An object of Google Cloud Storage, named in the same way.
  case gcs(bucket: String, prefix: String)
  /// A secret of the key-value engine of Vault: the file's values below its name.
  ///
  /// - Parameters:
  ///   - address: The server; nil for the user's own.
  ///   - version: Of the engine, 1 or 2.
  case vault(address: String?, mount: String, path: String, version: Int)
}

/// The rules of a `.sops.yaml` about where files are published.
public struct SOPSDestinationRules: Sendable {
  /// A rule.
  public struct Rule: Sendable {
    /// Where the files go.
    public let destination: SOPSDestination
    /// Whom and how they are encrypted anew for; nil when they go as they are.
    public let recreation: SOPSCreationRules.Rule?
    /// Whether what stands behind the last dot of a file's name is left out.
    public let omitsExtensions: Bool
    fileprivate let path: RegexProgram?
  }

  /// The rules in their order.
  public let rules: [Rule]

  /// Reads the `destination_rules` of a `.sops.yaml`.
  ///
  /// - Throws: `.syntax`; `.malformedConfiguration`, `.conflictingRules` and `.malformedRule` with the
  ///   position.
  public static func read(_ text: Span<UInt8>) throws(SOPSError) -> SOPSDestinationRules {
    let tree: SourceTree
    do { tree = try SourceTree.parse(text, syntax: .yaml) } catch { throw SOPSError(error) }
    var reader = CreationRulesReader(tree)
    return SOPSDestinationRules(rules: try reader.destinationRules(text))
  }

  /// The rule for a file: the first that its path matches.
  ///
  /// - Parameter path: As the user named the file, which is what SOPS looks at here.
  /// - Throws: `.noMatchingRule`.
  public func rule(for path: String) throws(SOPSError) -> Rule {
    let bytes = Array(path.utf8)
    guard let rule = rules.first(where: { $0.path?.matches(bytes.span) ?? true }) else {
      throw SOPSError(
        .noMatchingRule, "no destination rule is for '\(Printable.text(path))'")
    }
    return rule
  }
}

extension CreationRulesReader {
  fileprivate mutating func destinationRules(
    _ source: Span<UInt8>
  ) throws(SOPSError) -> [SOPSDestinationRules.Rule] {
    guard let root = tree.documents.first?.root else { return [] }
    var rules: [SOPSDestinationRules.Rule] = []
    for item in try items(of: try fields(of: root, source)["destination_rules"], source) {
      let fields = try fields(of: item, source)
      var recreation: SOPSCreationRules.Rule?
      if let id = fields["recreation_rule"] {
        let rule = try rule(id, source)
        // Without recipients files go as they are.
        if rule.keyGroups.first?.isEmpty == false { recreation = rule }
      }
      rules.append(
        SOPSDestinationRules.Rule(
          destination: try destination(item, fields, source), recreation: recreation,
          omitsExtensions: try flag(fields["omit_extensions"], source),
          path: try pathPattern(fields["path_regex"], source).program))
    }
    return rules
  }

  private func destination(
    _ item: NodeID, _ fields: [String: NodeID], _ source: Span<UInt8>
  ) throws(SOPSError) -> SOPSDestination {
    var found: [SOPSDestination] = []
    if let bucket = try text(fields["s3_bucket"], source) {
      found.append(.s3(bucket: bucket, prefix: try text(fields["s3_prefix"], source) ?? ""))
    }
    if let bucket = try text(fields["gcs_bucket"], source) {
      found.append(.gcs(bucket: bucket, prefix: try text(fields["gcs_prefix"], source) ?? ""))
    }
    if let path = try text(fields["vault_path"], source) {
      found.append(
        .vault(
          address: try text(fields["vault_address"], source),
          mount: try text(fields["vault_kv_mount_name"], source) ?? "secret", path: path,
          version: try version(fields["vault_kv_version"], source)))
    }
    guard found.count == 1, let destination = found.first else {
      throw failure(
        "a destination rule names one of s3_bucket, gcs_bucket and vault_path", item, source)
    }
    return destination
  }

  private func version(_ id: NodeID?, _ source: Span<UInt8>) throws(SOPSError) -> Int {
    guard let id, let text = try text(id, source) else { return 2 }
    guard text == "1" || text == "2" else {
      throw failure("the version of the key-value engine is 1 or 2", id, source)
    }
    return text == "1" ? 1 : 2
  }
}
