internal import CryptoCore
internal import Envelope
internal import Findings
internal import Platform
internal import YAMLSource

/// Reads a `.sealwax.yaml` strictly: unknown and repeated keys are errors, with their place.
struct PolicyReader {
  private let path: String
  private let tree: SourceTree

  /// Reads the policy at a path.
  ///
  /// - Throws: `.configuration` for everything that is not a policy and for one that another user
  ///   could have written, `.noInput` when unreadable.
  static func read(_ path: String) throws(WorkspaceError) -> Policy {
    let folder: String
    do { folder = try Files.realPath(PathParts(path).folder) } catch {
      throw WorkspaceError(reading: error)
    }
    let file = try TrustedFile.read(path)
    return try read(file.bytes.bytes, path: path, folder: folder)
  }

  /// Reads the text of a policy.
  ///
  /// - Throws: `.configuration` for everything that is not one.
  static func read(
    _ source: Span<UInt8>, path: String, folder: String
  ) throws(WorkspaceError) -> Policy {
    let tree: SourceTree
    do { tree = try SourceTree.parse(source) } catch {
      throw WorkspaceError(.configuration, error.message, path: path, position: error.position)
    }
    return try PolicyReader(path: path, tree: tree).policy(in: folder, source)
  }

  private func policy(
    in folder: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy {
    let roots = tree.documents.compactMap(\.root)
    guard roots.count == 1, let root = roots.first else {
      throw WorkspaceError(.configuration, "a policy is one YAML document", path: path)
    }
    var version: String?
    var rules: [Policy.Rule] = []
    var ignored: [Policy.Ignored] = []
    var suppressions: [Policy.AcceptedFinding] = []
    for field in try fields(of: root, in: "a policy", source) {
      switch field.name {
      case "version": version = try text(field.value, "version", source)
      case "rules":
        for item in try items(field.value, "rules", source) { rules.append(try rule(item, source)) }
      case "ignore":
        for item in try items(field.value, "ignore", source) {
          ignored.append(
            Policy.Ignored(
              pattern: try pattern(item, source),
              position: tree.position(of: tree[item].range.lowerBound, in: source)))
        }
      case "suppressions":
        for item in try items(field.value, "suppressions", source) {
          suppressions.append(try suppression(item, source))
        }
      default: throw unknown(field, ["version", "rules", "ignore", "suppressions"], source)
      }
    }
    guard version == Policy.version else {
      throw error("this program knows version: \(Policy.version) of the policy", root, source)
    }
    guard !rules.isEmpty || !suppressions.isEmpty else {
      throw error("the policy has no rules", root, source)
    }
    return Policy(
      path: path, folder: folder, rules: rules, ignored: ignored, suppressions: suppressions)
  }

  private func rule(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy.Rule {
    var paths: [GlobPattern] = []
    var recipients: [Policy.Reference] = []
    var kekFiles: [Policy.Reference] = []
    var cipher: CipherName?
    var scope: SealScope?
    for field in try fields(of: node, in: "a rule", source) {
      switch field.name {
      case "paths":
        for item in try items(field.value, "paths", source) {
          paths.append(try pattern(item, source))
        }
      case "recipients": recipients = try references(field.value, "recipients", source)
      case "kek-files": kekFiles = try references(field.value, "kek-files", source)
      case "cipher":
        let text = try text(field.value, "cipher", source)
        cipher = CipherName(rawValue: text)
        if cipher == nil {
          throw error("cipher is aes-256-gcm or secretbox", field.value, source)
        }
      case "scope":
        scope = SealScope(rawValue: try text(field.value, "scope", source))
        if scope == nil {
          throw error("scope is strict, namespace or cluster", field.value, source)
        }
      default:
        throw unknown(field, ["paths", "recipients", "kek-files", "cipher", "scope"], source)
      }
    }
    guard !paths.isEmpty else { throw error("a rule needs paths", node, source) }
    guard !recipients.isEmpty || !kekFiles.isEmpty else {
      throw error("a rule needs recipients or kek-files", node, source)
    }
    return Policy.Rule(
      paths: paths, recipients: recipients, kekFiles: kekFiles, cipher: cipher, scope: scope,
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}

extension PolicyReader {
  private func suppression(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy.AcceptedFinding {
    var paths: [GlobPattern] = []
    var rule: String?
    var reason: String?
    var expires: CalendarDate?
    for field in try fields(of: node, in: "a suppression", source) {
      switch field.name {
      case "rule": rule = try text(field.value, "rule", source)
      case "paths":
        for item in try items(field.value, "paths", source) {
          paths.append(try pattern(item, source))
        }
        // None at all would read as all.
        guard !paths.isEmpty else { throw error("paths has no pattern", field.value, source) }
      case "reason": reason = try text(field.value, "reason", source)
      case "expires":
        expires = CalendarDate(try text(field.value, "expires", source))
        guard expires != nil else {
          throw error("expires is a day, for example 2027-01-31", field.value, source)
        }
      default: throw unknown(field, ["rule", "paths", "reason", "expires"], source)
      }
    }
    guard let rule, let reason, let expires else {
      throw error("a suppression needs rule, reason and expires", node, source)
    }
    let line = tree.position(of: tree[node].range.lowerBound, in: source).line
    return Policy.AcceptedFinding(
      suppression: Suppression(
        rule: rule, reason: reason, expires: expires, policy: path, line: line),
      paths: paths)
  }

  private struct Field {
    let name: String
    let key: NodeID
    let value: NodeID
  }

  private func fields(
    of node: NodeID, in what: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [Field] {
    guard case .mapping = tree[node].kind else {
      throw error("\(what) is a mapping", node, source)
    }
    if let key = tree.duplicateKeys(of: node).first {
      throw error("this key stands twice", key, source)
    }
    var fields: [Field] = []
    for pair in tree.pairs(of: node) {
      fields.append(
        Field(name: try text(pair.key, "a key", source), key: pair.key, value: pair.value))
    }
    return fields
  }

  private func items(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [NodeID] {
    guard case .sequence = tree[node].kind else {
      throw error("\(name) is a list", node, source)
    }
    return tree.items(of: node)
  }

  private func references(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [Policy.Reference] {
    var references: [Policy.Reference] = []
    for item in try items(node, name, source) {
      references.append(
        Policy.Reference(
          text: try text(item, "an element of \(name)", source),
          position: tree.position(of: tree[item].range.lowerBound, in: source)))
    }
    return references
  }

  private func text(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> String {
    guard let text = tree.string(of: tree.target(of: node) ?? node), !text.isEmpty else {
      throw error("\(name) is a text", node, source)
    }
    return text
  }

  private func pattern(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> GlobPattern {
    let text = try text(node, "a path", source)
    // By bytes: a slash with a combining mark behind it is one `Character`.
    let names = text.utf8.split(separator: 0x2f, omittingEmptySubsequences: false)
    guard names.first?.isEmpty == false, !names.contains(where: { Substring($0) == ".." }) else {
      throw error("paths are relative to the policy's folder and stay in it", node, source)
    }
    do { return try GlobPattern(text) } catch {
      throw self.error("not a pattern: a [set] is not closed, or \\ ends it", node, source)
    }
  }

  private func unknown(
    _ field: Field, _ known: [String], _ source: Span<UInt8>
  ) -> WorkspaceError {
    error("unknown key '\(escapedForTerminal(field.name))'", field.key, source)
      .hinting("known are: \(known.joined(separator: ", "))")
  }

  private func error(
    _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> WorkspaceError {
    WorkspaceError(
      .configuration, message, path: path,
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
