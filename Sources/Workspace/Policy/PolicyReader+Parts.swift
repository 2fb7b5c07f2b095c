internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import YAMLSource

extension PolicyReader {
  func suppression(
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
        expires = try date(field, source)
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

  /// Fields of one kind that are sealed.
  func sealedFields(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> Policy.SealedFields {
    var apiVersion: String?
    var kind: String?
    var patterns: [FieldPattern] = []
    for field in try fields(of: node, in: "an element of fields", source) {
      switch field.name {
      case "apiVersion": apiVersion = try text(field.value, "apiVersion", source)
      case "kind": kind = try text(field.value, "kind", source)
      case "paths":
        for item in try items(field.value, "paths", source) {
          let path = try text(item, "a path", source)
          do { patterns.append(try FieldPattern(path)) } catch {
            throw self.error(error.message, item, source)
          }
        }
      default: throw unknown(field, ["apiVersion", "kind", "paths"], source)
      }
    }
    guard let apiVersion, let kind, !patterns.isEmpty else {
      throw error("fields need apiVersion, kind and paths", node, source)
    }
    let rule = FieldRule(apiVersion: apiVersion, kind: kind, patterns: patterns)
    guard !rule.names(apiVersion: "v1") || kind != "Secret" && !kind.hasSuffix("List") else {
      throw error("Secrets are sealed by themselves, and lists element by element", node, source)
    }
    guard patterns.count <= FieldPattern.maximumCount else {
      throw error("more than \(FieldPattern.maximumCount) paths", node, source)
    }
    return Policy.SealedFields(
      rule: rule, position: tree.position(of: tree[node].range.lowerBound, in: source))
  }

  /// The recipients that go by one name, by name.
  func groups(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [String: [Policy.Reference]] {
    var groups: [String: [Policy.Reference]] = [:]
    for field in try fields(of: node, in: "groups", source) {
      guard RecipientDescription.isName(field.name) else {
        throw error("a group's name is letters, digits and . _ @ + -", field.key, source)
      }
      groups[field.name] = try references(field.value, "a group", source)
    }
    return groups
  }
}
