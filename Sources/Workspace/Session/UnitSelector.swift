internal import Manifest
internal import Platform

/// Which Secret of a manifest is meant.
public struct UnitSelector: Sendable {
  private let kind: String?
  private let namespace: String?
  private let name: String?

  /// - Parameter text: `NAME`, `NAMESPACE/NAME` or `KIND/NAMESPACE/NAME`; nil for the only one.
  public init(_ text: String?) {
    let parts = text?.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false) ?? []
    name = parts.last.map(String.init)
    namespace = parts.count > 1 ? String(parts[parts.count - 2]) : nil
    kind = parts.count == 3 ? String(parts[0]) : nil
  }

  func matches(_ identity: UnitIdentity) -> Bool {
    (name == nil || name == identity.name) && (namespace == nil || namespace == identity.namespace)
      && (kind == nil || kind == identity.kind)
  }

  /// What stands for one, fit for a terminal.
  private static func text(of identity: UnitIdentity) -> String {
    let parts = [identity.namespace, identity.name].map { name in
      escapedForTerminal(String(name.unicodeScalars.prefix(253)))
    }
    guard identity.isSecret else { return ([identity.kind] + parts).joined(separator: "/") }
    return parts.drop { $0.isEmpty }.joined(separator: "/")
  }

  /// The one of these that is meant.
  ///
  /// - Throws: `.usage` when it is none or more than one.
  func select(from units: [SecretUnit], path: String) throws(WorkspaceError) -> SecretUnit {
    let found = units.filter { matches($0.identity) }
    if found.count == 1, let unit = found.first { return unit }
    let names = units.map { Self.text(of: $0.identity) }
    throw WorkspaceError(
      .usage,
      found.isEmpty
        ? "there is no such sealed Secret in it" : "there are several Secrets in it", path: path,
      hints: [
        "choose one with --secret: "
          + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
      ])
  }
}
