internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Reads what a manifest's Secrets show without any key.
public enum ManifestInspector {
  /// The state of every Secret of a manifest.
  ///
  /// - Parameter source: The manifest, at most 32 MiB.
  /// - Throws: `EnvelopeError` when the text is not a manifest; what is wrong with a single
  ///   Secret is in its status instead.
  public static func inspect(_ source: Span<UInt8>) throws(EnvelopeError) -> [UnitStatus] {
    let (tree, units) = try ManifestSealer.read(source)
    var statuses: [UnitStatus] = []
    for unit in units {
      statuses.append(try status(of: unit, tree: tree, source: source))
    }
    return statuses
  }

  private static func status(
    of unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(EnvelopeError) -> UnitStatus {
    var problems: [UnitProblem] = []
    var envelope: Envelope?
    var signatures: [SignatureStatus] = []
    let entries = unit.entries.map { entry in
      EntryStatus(
        name: entry.name, position: tree.position(of: entry.contentRange.lowerBound, in: source),
        state: entry.kind == .alias ? .alias : entry.token == nil ? .plaintext : .sealed)
    }
    if let annotation = unit.envelope {
      for entry in entries where entry.state == .plaintext {
        problems.append(
          UnitProblem(
            code: .plaintextBesideCiphertext,
            message: "plaintext beside ciphertext: \(entry.name) is not sealed",
            position: entry.position))
      }
      do {
        let parsed = try UnitSeal.envelope(
          of: unit, annotation: annotation, tree: tree, source: source)
        envelope = parsed
        let context = try UnitContext(
          cipher: parsed.cipher, scope: parsed.scope, identity: unit.identity)
        if problems.isEmpty {
          try judge(
            parsed, context: context, of: unit, tree: tree, source: source,
            problems: &problems, signatures: &signatures)
        }
      } catch {
        problems.append(
          UnitProblem(
            code: error.code, message: error.message, position: error.position ?? unit.position))
      }
    } else {
      for entry in entries where entry.state == .sealed {
        problems.append(
          UnitProblem(
            code: .ambiguousToken,
            message: "\(entry.name) looks like a sealed token, but there is no envelope",
            position: entry.position))
      }
    }
    return UnitStatus(
      label: unit.label, identity: unit.identity, typeName: unit.typeName,
      position: unit.position, isSealed: unit.envelope != nil, envelope: envelope,
      entries: entries, signatures: signatures, problems: problems)
  }

  /// What the digests and the signatures say.
  private static func judge(
    _ envelope: Envelope, context: UnitContext, of unit: SecretUnit, tree: SourceTree,
    source: Span<UInt8>, problems: inout [UnitProblem], signatures: inout [SignatureStatus]
  ) throws(EnvelopeError) {
    let builder = try UnitSeal.entries(of: unit, tree: tree, source: source)
    let changes = SealChanges(sealed: envelope.digests, current: builder.digests)
    if !changes.isEmpty {
      problems.append(
        UnitProblem(
          code: .staleSeal, message: "changed since it was sealed: \(changes.summary)",
          position: unit.position))
    }
    guard !envelope.signatures.isEmpty else { return }
    let body = builder.body(
      context: context, typeName: unit.typeName, lines: envelope.sealedLines)
    let message = SealBuilder.signedMessage(body, seal: envelope.seal)
    for line in envelope.signatures {
      let verifier = SignatureVerifier(line: line)
      let isValid = verifier.verifies(line, over: message)
      signatures.append(SignatureStatus(verifier: verifier, isValid: isValid))
      if !isValid {
        problems.append(
          UnitProblem(
            code: .invalidSignature,
            message: "the signature of \(verifier.text) does not hold", position: unit.position))
      }
    }
  }
}
