internal import CryptoCore
internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import YAMLSource

/// Reads a `.sealwax.yaml` strictly: unknown and repeated keys are errors, with their place.
struct PolicyReader {
  let path: String
  let tree: SourceTree

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

  private static let names = [
    "version", "groups", "required", "forbidden", "rules", "ignore", "suppressions", "keks",
  ]

  private func policy(
    in folder: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy {
    let roots = tree.documents.compactMap(\.root)
    guard roots.count == 1, let root = roots.first else {
      throw WorkspaceError(.configuration, "a policy is one YAML document", path: path)
    }
    var version: String?
    var rules: [Policy.Rule] = []
    var groups: [String: [Policy.Reference]] = [:]
    var required: [Policy.Reference] = []
    var forbidden: [Policy.Reference] = []
    var ignored: [Policy.Ignored] = []
    var suppressions: [Policy.AcceptedFinding] = []
    var keks: [ListedKEK] = []
    for field in try fields(of: root, in: "a policy", source) {
      switch field.name {
      case "version": version = try text(field.value, "version", source)
      case "groups": groups = try self.groups(field.value, source)
      case "required": required = try references(field.value, "required", source)
      case "forbidden": forbidden = try references(field.value, "forbidden", source)
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
      case "keks": keks = try self.keks(field.value, source)
      default: throw unknown(field, Self.names, source)
      }
    }
    guard version == Policy.version else {
      throw error("this program knows version: \(Policy.version) of the policy", root, source)
    }
    guard !rules.isEmpty || !suppressions.isEmpty else {
      throw error("the policy has no rules", root, source)
    }
    return Policy(
      path: path, folder: folder, rules: rules, groups: groups, required: required,
      forbidden: forbidden, ignored: ignored, suppressions: suppressions, keks: keks)
  }

  private static let ruleNames = [
    "paths", "recipients", "kek-files", "cipher", "scope", "signers", "max-key-age",
    "max-kek-age", "fields",
  ]

  private func rule(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy.Rule {
    var paths: [GlobPattern] = []
    var recipients: [Policy.Reference] = []
    var kekFiles: [Policy.Reference] = []
    var signers: [Policy.Reference] = []
    var maximumKeyAge: Int?
    var maximumKEKAge: Int?
    var cipher: CipherName?
    var scope: SealScope?
    var sealedFields: [Policy.SealedFields] = []
    for field in try fields(of: node, in: "a rule", source) {
      switch field.name {
      case "paths":
        for item in try items(field.value, "paths", source) {
          paths.append(try pattern(item, source))
        }
      case "recipients": recipients = try references(field.value, "recipients", source)
      case "signers": signers = try references(field.value, "signers", source)
      case "max-key-age":
        maximumKeyAge = try days(field, source)
      case "max-kek-age": maximumKEKAge = try days(field, source)
      case "fields":
        for item in try items(field.value, "fields", source) {
          sealedFields.append(try self.sealedFields(item, source))
        }
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
        throw unknown(field, Self.ruleNames, source)
      }
    }
    guard !paths.isEmpty else { throw error("a rule needs paths", node, source) }
    guard !recipients.isEmpty || !kekFiles.isEmpty else {
      throw error("a rule needs recipients or kek-files", node, source)
    }
    return Policy.Rule(
      paths: paths, recipients: recipients, kekFiles: kekFiles, cipher: cipher, scope: scope,
      signers: signers, maximumKeyAge: maximumKeyAge, maximumKEKAge: maximumKEKAge,
      fields: sealedFields,
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
