internal import Platform
internal import X509

/// What is kept of a file, or of a field of a manifest.
struct KeptBundle: Sendable {
  /// Mode and owner of a file.
  struct Ownership: Sendable {
    let permissions: UInt32
    let owner: UInt32
  }

  let kind: CertificateBundle.Kind
  let origin: Origin
  let ownership: Ownership?
  let certificates: [KeptCertificate]
  let privateKeys: [KeptKey]
  let publicKeys: [PublicKey]
  let broken: [BrokenEntry]

  /// The file.
  var file: String { origin.file }

  /// The certificate that a component shows: the first that is no authority's.
  var leafIndex: Int? { certificates.firstIndex { !$0.isAuthority } }

  /// The certificate that the key beside it is for.
  var ownIndex: Int? { leafIndex ?? certificates.indices.first }

  /// Whether no key, and nothing that may be one, is in it.
  var isOnlyCertificates: Bool {
    privateKeys.isEmpty && broken.isEmpty && publicKeys.isEmpty
  }
}

extension Inventory {
  /// One certificate of all: the number of its bundle, and its number there.
  struct Position: Sendable, Hashable {
    let bundle: UInt32
    let index: UInt32

    init(_ bundle: Int, _ index: Int) {
      self.bundle = UInt32(clamping: bundle)
      self.index = UInt32(clamping: index)
    }
  }

  /// Keeps what a file or field holds.
  mutating func keep(_ bundle: CertificateBundle, as kind: CertificateBundle.Kind? = nil) {
    let isTrusted = kind == .trusted
    bundles.append(
      KeptBundle(
        kind: kind ?? bundle.kind, origin: bundle.origin,
        ownership: isTrusted
          ? nil
          : bundle.identity.map { .init(permissions: $0.permissions, owner: $0.owner) },
        certificates: bundle.certificates.map { found in
          KeptCertificate(found, at: putAside(found.certificate.der))
        },
        privateKeys: isTrusted
          ? []
          : bundle.privateKeys.map { KeptKey($0, at: putAside($0.publicKey.der)) },
        publicKeys: isTrusted ? [] : bundle.publicKeys, broken: isTrusted ? [] : bundle.broken))
  }

  private func putAside(_ bytes: [UInt8]) -> Int { spool.append(bytes.span) }

  /// What was kept of a certificate.
  func kept(_ position: Position) -> KeptCertificate {
    bundles[Int(position.bundle)].certificates[Int(position.index)]
  }

  /// Where a certificate was found.
  func origin(_ position: Position) -> Origin {
    kept(position).origin(in: bundles[Int(position.bundle)].origin)
  }

  /// A certificate, read again.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  func certificate(_ position: Position) throws(X509Error) -> BundledCertificate {
    let kept = kept(position)
    let bytes = try bytes(at: kept.offset, Int(kept.count))
    let certificate = try Certificate(again: bytes.span, encodingProblem: kept.encodingProblem)
    return BundledCertificate(certificate: certificate, origin: origin(position))
  }

  /// The certificates of a bundle, read again.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  func certificates(of bundle: Int) throws(X509Error) -> [BundledCertificate] {
    var found: [BundledCertificate] = []
    for index in bundles[bundle].certificates.indices {
      found.append(try certificate(Position(bundle, index)))
    }
    return found
  }

  /// A private key's public part, read again.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  func publicKey(_ key: KeptKey) throws(X509Error) -> PublicKey {
    let der = try bytes(at: key.offset, Int(key.count))
    return try PublicKey(der: der.span)
  }

  private func bytes(at offset: Int, _ count: Int) throws(X509Error) -> [UInt8] {
    do { return try spool.read(at: offset, count: count) } catch {
      throw X509Error(.libraryFailure, "what was put aside cannot be read: \(error.code)")
    }
  }

  /// All certificates but those that the caller trusts, files of their own before what is embedded.
  var positions: [Position] {
    let numbers =
      bundles.indices.filter { bundles[$0].origin.field == nil }
      + bundles.indices.filter { bundles[$0].origin.field != nil }
    return numbers.filter { bundles[$0].kind != .trusted }.flatMap { number in
      bundles[number].certificates.indices.map { Position(number, $0) }
    }
  }
}
