public import CryptoCore

/// Wraps data keys for one recipient: a key-encryption key or a service that has one.
///
/// A kind of recipient is a type that conforms to this and one that conforms to `KeyUnwrapper`.
public protocol KeyWrapper: Sendable {
  /// Whom it wraps for.
  var recipient: RecipientDescription { get }

  /// Wraps a unit's data key.
  ///
  /// - Parameters:
  ///   - key: The data key.
  ///   - context: The unit, to which the wrapped key is bound if this kind of recipient can.
  ///   - arena: Where secrets go for the time of the call.
  /// - Returns: The wrapped key, which is public.
  /// - Throws: `.wrapFailed` when the recipient cannot be given the key.
  func wrap(
    _ key: borrowing DataKey, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> [UInt8]
}

/// Unwraps data keys with one secret: an identity or a key-encryption key.
public protocol KeyUnwrapper: Sendable {
  /// The data key of a `to` line, or nil when the line is for somebody else.
  ///
  /// - Throws: `.unwrapFailed` when the line is meant for this secret and does not open.
  func unwrap(
    _ line: RecipientLine, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> DataKey?

  /// A wrapper for the recipient that this secret belongs to, if the secret can wrap as well.
  func wrapper(for recipient: RecipientDescription) -> (any KeyWrapper)?
}

extension KeyUnwrapper {
  /// None: most secrets only unwrap, their public recipient wraps.
  public func wrapper(for recipient: RecipientDescription) -> (any KeyWrapper)? { nil }
}
