public import Manifest

/// What the keys of a unit are bound to: version, cipher, scope and as much of the identity as the
/// scope binds (docs/format.md, section 3).
public struct UnitContext: Sendable, Equatable {
  /// The cipher of the values.
  public let cipher: CipherName
  /// How much of the identity is bound.
  public let scope: SealScope
  /// The encoding `unit` of the format.
  let encoding: CanonicalBytes

  /// Makes the context of a unit.
  ///
  /// - Throws: `.unnamedUnit` when the scope is `strict` and the identity has no name.
  public init(
    cipher: CipherName, scope: SealScope, identity: UnitIdentity
  ) throws(EnvelopeError) {
    self.cipher = cipher
    self.scope = scope
    var fields = [
      "sealwax v1", cipher.rawValue, scope.rawValue, identity.apiVersion, identity.kind,
    ]
    switch scope {
    case .strict:
      guard !identity.name.isEmpty else {
        throw EnvelopeError(
          .unnamedUnit,
          "scope strict binds the name, and this Secret has no metadata.name (a generateName is "
            + "not one); give it a name, or seal it with scope namespace or cluster")
      }
      fields += [identity.namespace, identity.name]
    case .namespace: fields.append(identity.namespace)
    case .cluster: break
    }
    var encoding = CanonicalBytes(reserving: 128)
    encoding.append(list: fields)
    self.encoding = encoding
  }

  /// Equal when they bind the same.
  public static func == (left: UnitContext, right: UnitContext) -> Bool {
    left.encoding.bytes == right.encoding.bytes
  }
}
