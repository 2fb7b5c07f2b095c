internal import CryptoCore
internal import Manifest
internal import X509
internal import YAMLSource

extension UnsealingKeys {
  /// The label by which the controller finds its keys.
  public static let stateLabel = "sealedsecrets.bitnami.com/sealed-secrets-key"

  /// Adds the keys of a file: PEM (PKCS #1 or PKCS #8), or the controller's Secrets as YAML or
  /// JSON, one, several documents or a List.
  ///
  /// - Parameter name: What the file is called.
  /// - Throws: `.privateKey`, `.syntax`, `.malformed`.
  public mutating func read(_ bytes: Span<UInt8>, name: String) throws(SealedSecretError) {
    if Self.beginsWithPEM(bytes) {
      try add(pem: bytes, name: name, unit: nil, certificates: Span(), state: nil)
    } else {
      try add(manifest: bytes, name: name)
    }
  }

  private static func beginsWithPEM(_ bytes: Span<UInt8>) -> Bool {
    let blocks = try? PEMReader.blocks(in: bytes)
    guard let first = blocks?.first else { return false }
    // In a manifest the entries are indented, or behind Base64.
    return first.problem == nil || (first.range.lowerBound == 0)
  }

  private mutating func add(manifest: Span<UInt8>, name: String) throws(SealedSecretError) {
    let tree: SourceTree
    let units: [SecretUnit]
    do { tree = try SourceTree.parse(manifest) } catch {
      throw SealedSecretError(
        .privateKey, "neither a private key in PEM nor the controller's Secrets",
        at: error.position)
    }
    do {
      units = try ManifestReader.units(in: tree, source: manifest).filter(\.isSecret)
    } catch {
      throw SealedSecretError(error)
    }
    guard !units.isEmpty else {
      throw SealedSecretError(
        .privateKey, "neither a private key in PEM nor the controller's Secrets")
    }
    for unit in units { try add(unit, tree, manifest) }
  }

  private mutating func add(
    _ unit: SecretUnit, _ tree: SourceTree, _ source: Span<UInt8>
  ) throws(SealedSecretError) {
    let label = unit.identity.printableLabel
    var bytes = WipedBuffer()
    let values: [SecretValue]
    do {
      values = try SecretValues.append(of: unit, tree: tree, source: source, to: &bytes)
    } catch { throw SealedSecretError(error, unit: label) }
    guard let key = values.first(where: { $0.key == "tls.key" }) else {
      throw SealedSecretError(
        .privateKey, "there is no tls.key in it, so it is no key of the controller",
        at: unit.position, unit: label)
    }
    let certificate = values.first { $0.key == "tls.crt" }
    let state = Self.state(of: unit, tree)
    try add(
      pem: bytes.bytes.extracting(key.range), name: label, unit: label,
      certificates: bytes.bytes.extracting(certificate?.range ?? 0..<0), state: state)
  }

  private static func state(of unit: SecretUnit, _ tree: SourceTree) -> String? {
    guard let metadata = tree.field("metadata", of: unit.root),
      let labels = tree.field("labels", of: metadata.value),
      let state = tree.field(stateLabel, of: labels.value)
    else { return nil }
    return tree.fieldText(state.value).map(ShownText.of)
  }

  /// Adds the private keys of a PEM text, each with its certificate where that is at hand.
  private mutating func add(
    pem: Span<UInt8>, name: String, unit: String?, certificates: Span<UInt8>, state: String?
  ) throws(SealedSecretError) {
    let blocks: [PEMReader.Block]
    do { blocks = try PEMReader.blocks(in: pem) } catch {
      throw SealedSecretError(.privateKey, error.message, unit: unit)
    }
    let found = Self.certificates(in: certificates) + Self.certificates(in: pem)
    var keyCount = 0
    for block in blocks where block.label.hasSuffix("PRIVATE KEY") {
      guard !block.isEncrypted, block.label != "ENCRYPTED PRIVATE KEY" else {
        throw SealedSecretError(
          .privateKey, "the private key is encrypted", unit: unit,
          hints: ["decrypt it with 'openssl pkey', into a file in memory"])
      }
      var der = WipedBuffer()
      do { try PEMReader.decode(block, of: pem, appendingTo: &der) } catch {
        throw SealedSecretError(.privateKey, error.message, unit: unit)
      }
      let key: RSAOAEP.PrivateKey
      do { key = try RSAOAEP.PrivateKey(der: der.bytes) } catch {
        throw SealedSecretError(
          .privateKey, "not an RSA private key of 2,048 to 16,384 bits", unit: unit)
      }
      let publicKey = key.publicKey
      let certificate = found.first { Self.isFor(publicKey, $0) }
      try add(UnsealingKey(key, name: name, certificate: certificate, state: state))
      keyCount += 1
    }
    guard keyCount > 0 else {
      throw SealedSecretError(.privateKey, "there is no private key in it", unit: unit)
    }
  }

  private static func certificates(in bytes: Span<UInt8>) -> [Certificate] {
    guard !bytes.isEmpty, let blocks = try? PEMReader.blocks(in: bytes) else { return [] }
    var result: [Certificate] = []
    for block in blocks where block.label == "CERTIFICATE" {
      var der = WipedBuffer()
      guard (try? PEMReader.decode(block, of: bytes, appendingTo: &der)) != nil,
        let certificate = try? Certificate(der: der.bytes)
      else { continue }
      result.append(certificate)
    }
    return result
  }

  private static func isFor(_ key: RSAOAEP.PublicKey, _ certificate: Certificate) -> Bool {
    guard let sealing = try? SealingCertificate(certificate) else { return false }
    return sealing.key == key
  }
}
