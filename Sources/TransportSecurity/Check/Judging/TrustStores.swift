internal import Synchronization
internal import X509

/// OpenSSL's stores of what is trusted, each made once.
final class TrustStores: Sendable {
  private let stores = Mutex<[[Fingerprint]: TrustStore]>([:])

  /// More are not kept.
  private static let maximumCount = 256

  /// The store of some certificates.
  func store(of certificates: [Certificate]) throws(X509Error) -> TrustStore {
    let key = certificates.map(\.fingerprint)
    if let known = stores.withLock({ $0[key] }) { return known }
    let made = try TrustStore(certificates)
    stores.withLock { if $0.count < Self.maximumCount { $0[key] = made } }
    return made
  }
}
