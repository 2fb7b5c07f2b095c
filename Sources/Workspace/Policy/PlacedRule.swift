internal import Platform
public import YAMLSource

/// A rule and the policy that it is of.
struct PlacedRule {
  /// Tells rules apart.
  struct Key: Hashable {
    let policy: PathKey
    let offset: Int
  }

  let policy: Policy
  let rule: Policy.Rule

  var key: Key { Key(policy: PathKey(policy.path), offset: rule.position.offset) }
}

/// Where something of a policy stands.
public struct PolicyOrigin: Sendable {
  /// The policy's file.
  public let path: String
  /// Where in it.
  public let position: SourcePosition
}

extension Policy {
  /// The rules that are about a file here and in the policies around, the nearest first; a policy
  /// that ignores the file has none.
  func rules(for relativePath: String) -> [PlacedRule] {
    let whole = PathParts.join(folder, relativePath)
    return withAround.compactMap { policy in
      guard let path = policy.relativePath(ofResolved: whole), !policy.ignores(path) else {
        return nil
      }
      return policy.rule(for: path).map { PlacedRule(policy: policy, rule: $0) }
    }
  }
}
