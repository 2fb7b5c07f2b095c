public import CryptoCore
public import X509

/// A private key of a Sealed Secrets controller.
public final class UnsealingKey: Sendable {
  private let privateKey: RSAOAEP.PrivateKey
  /// Where it comes from: a file's name, or a Secret's.
  public let name: String
  /// Its certificate, when it was with it.
  public let certificate: Certificate?
  /// What the controller's label says of it: `active`, `compromised`; nil when nothing does.
  public let state: String?

  init(
    _ privateKey: consuming RSAOAEP.PrivateKey, name: String, certificate: Certificate?,
    state: String?
  ) {
    self.privateKey = privateKey
    self.name = name
    self.certificate = certificate
    self.state = state
  }

  /// Its public part.
  public var publicKey: RSAOAEP.PublicKey { privateKey.publicKey }

  /// Appends a value that it opens; false when it does not.
  func open(
    _ sealed: Span<UInt8>, label: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(SealedSecretError) -> Bool {
    try Self.open(privateKey, sealed, label, &output)
  }

  private static func open(
    _ key: borrowing RSAOAEP.PrivateKey, _ sealed: Span<UInt8>, _ label: Span<UInt8>,
    _ output: inout WipedBuffer
  ) throws(SealedSecretError) -> Bool {
    try SealedValue.open(sealed, by: key, label: label, appendingTo: &output)
  }
}

/// The private keys that are tried, the one that opened the last value first.
public struct UnsealingKeys: Sendable {
  /// The most keys that are tried: each costs some milliseconds for every value.
  public static let maximumCount = 1_000

  /// The keys, each once.
  public private(set) var keys: [UnsealingKey] = []

  /// No keys.
  public init() {}

  /// Adds a key, unless it is there already.
  ///
  /// - Throws: `.privateKey` above `maximumCount`.
  public mutating func add(_ key: UnsealingKey) throws(SealedSecretError) {
    guard !keys.contains(where: { $0.publicKey == key.publicKey }) else { return }
    guard keys.count < Self.maximumCount else {
      throw SealedSecretError(.privateKey, "more than 1,000 private keys")
    }
    keys.append(key)
  }

  /// The key whose certificate is the newest, which the controller seals for; nil when no key has a
  /// certificate.
  public var newest: UnsealingKey? {
    keys.filter { $0.certificate != nil && $0.state != "compromised" }
      .max { ($0.certificate?.notBefore ?? 0) < ($1.certificate?.notBefore ?? 0) }
  }

  /// Opens a value by the first key that does.
  ///
  /// - Parameter hint: The index to begin with.
  /// - Returns: The index of the key; nil, and nothing appended, when none opens it.
  public func open(
    _ sealed: Span<UInt8>, label: Span<UInt8>, startingAt hint: Int = 0,
    appendingTo output: inout WipedBuffer
  ) throws(SealedSecretError) -> Int? {
    let order = keys.indices.contains(hint) ? [hint] + keys.indices.filter { $0 != hint } : []
    for index in order.isEmpty ? Array(keys.indices) : order {
      if try keys[index].open(sealed, label: label, appendingTo: &output) { return index }
    }
    return nil
  }
}
