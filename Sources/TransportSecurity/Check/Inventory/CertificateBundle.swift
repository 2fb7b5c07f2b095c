public import Platform
public import X509

/// A certificate and where it was found.
public struct BundledCertificate: Sendable {
  /// The certificate.
  public let certificate: Certificate
  /// Where.
  public let origin: Origin
}

/// A private key that was seen: its public part, which is all that is kept.
public struct BundledKey: Sendable {
  /// The public part.
  public let publicKey: PublicKey
  /// Whether the private part belongs to it.
  public let isConsistent: Bool
  /// Where.
  public let origin: Origin
}

/// Something that could not be read.
public struct BrokenEntry: Sendable {
  /// Why.
  public let error: X509Error
  /// Where.
  public let origin: Origin
}

/// What one file, or one field of a manifest, holds.
public struct CertificateBundle: Sendable {
  /// What it is the content of.
  public enum Kind: Sendable, Hashable {
    /// A file.
    case file
    /// What a kubeconfig holds of a user: certificate and key.
    case kubeconfigUser
    /// What a kubeconfig holds of a cluster: the authorities.
    case kubeconfigCluster
    /// A Secret's `tls.crt` and `tls.key`.
    case tlsSecret
    /// Authorities in another field of an object: `caBundle`, a ConfigMap, a Secret's `ca.crt`.
    case object
    /// Authorities that the caller trusts.
    case trusted
  }

  /// What it is the content of.
  public let kind: Kind
  /// Where it is.
  public let origin: Origin
  /// Mode and owner of the file; nil for standard input.
  public let identity: FileIdentity?
  /// The certificates, in order.
  public internal(set) var certificates: [BundledCertificate] = []
  /// The private keys, in order.
  public internal(set) var privateKeys: [BundledKey] = []
  /// The public keys, in order.
  public internal(set) var publicKeys: [PublicKey] = []
  /// What could not be read.
  public internal(set) var broken: [BrokenEntry] = []

  init(_ kind: Kind, _ origin: Origin, _ identity: FileIdentity?) {
    self.kind = kind
    self.origin = origin
    self.identity = identity
  }

  /// The file.
  public var file: String { origin.file }

  /// The certificate that a component shows: the first that is no authority's; nil in a bundle of
  /// authorities.
  public var leafIndex: Int? { certificates.firstIndex { !$0.certificate.isAuthority } }

  /// Whether there is nothing in it.
  var isEmpty: Bool {
    certificates.isEmpty && privateKeys.isEmpty && publicKeys.isEmpty && broken.isEmpty
  }

  /// Adds what bytes hold.
  ///
  /// - Parameter password: What opens encrypted keys; empty for none.
  mutating func add(_ bytes: Span<UInt8>, at origin: Origin, password: Span<UInt8>) {
    do throws(X509Error) {
      let source = try CertificateSource.read(bytes, password: password)
      let isAlone = source.entries.count == 1
      for entry in source.entries {
        let place = origin.numbered(
          isAlone ? nil : entry.index, line: origin.field == nil ? entry.line : nil)
        add(entry.content, place)
      }
    } catch {
      broken.append(BrokenEntry(error: error, origin: origin))
    }
  }

  /// Adds what could not be read at all.
  mutating func addBroken(_ error: X509Error, at origin: Origin) {
    broken.append(BrokenEntry(error: error, origin: origin))
  }

  private mutating func add(_ content: CertificateSource.Content, _ place: Origin) {
    switch content {
    case .certificate(let certificate):
      certificates.append(BundledCertificate(certificate: certificate, origin: place))
    case .privateKey(let key):
      privateKeys.append(
        BundledKey(publicKey: key.publicKey, isConsistent: key.isConsistent, origin: place))
    case .publicKey(let key): publicKeys.append(key)
    case .broken(let error): broken.append(BrokenEntry(error: error, origin: place))
    case .other: break
    }
  }
}
