/// Checks the signatures of a unit (docs/format.md, section 5.4).
enum SignatureCheck {
  /// Refuses a unit without a valid signature of one of these keys; no keys require nothing.
  static func require(
    _ trusted: [SignatureVerifier], of envelope: Envelope, body: SealBody
  ) throws(EnvelopeError) {
    guard !trusted.isEmpty else { return }
    let message = SealBuilder.signedMessage(body, seal: envelope.seal)
    var isInvalid = false
    for line in envelope.signatures {
      guard let verifier = trusted.first(where: { $0.publicKeyBytes == line.publicKey }) else {
        continue
      }
      if verifier.verifies(line, over: message) { return }
      isInvalid = true
    }
    throw isInvalid
      ? EnvelopeError(
        .invalidSignature,
        "the signature of a trusted key does not hold: what was signed has been changed")
      : EnvelopeError(
        .missingSignature, "it is not signed with a key that is trusted here")
  }

  /// The signature lines that hold.
  static func valid(_ envelope: Envelope, body: SealBody) -> [SignatureLine] {
    guard !envelope.signatures.isEmpty else { return [] }
    let message = SealBuilder.signedMessage(body, seal: envelope.seal)
    return envelope.signatures.filter { SignatureVerifier(line: $0).verifies($0, over: message) }
  }
}
