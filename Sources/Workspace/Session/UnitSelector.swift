internal import Manifest

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

  /// The one of these that is meant.
  ///
  /// - Throws: `.usage` when it is none or more than one.
  func select(from units: [SecretUnit], path: String) throws(WorkspaceError) -> SecretUnit {
    let found = units.filter { matches($0.identity) }
    if found.count == 1, let unit = found.first { return unit }
    let names = units.map(\.identity.printableLabel)
    throw WorkspaceError(
      .usage,
      found.isEmpty
        ? "there is no such sealed Secret in it" : "there are several Secrets in it", path: path,
      hints: [
        "choose one with --secret [NAMESPACE/]NAME: "
          + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
      ])
  }
}
