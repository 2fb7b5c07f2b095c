internal import CryptoCore
public import Manifest
public import YAMLSource

/// Reads what a manifest's Secrets show without any key.
public enum ManifestInspector {
  /// The state of every Secret of a manifest.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - trustedSigners: Whose signatures each sealed Secret must have; empty requires none.
  ///   - fields: Which fields of other objects are to be sealed.
  /// - Throws: `EnvelopeError` when the text is not a manifest; what is wrong with a single
  ///   Secret is in its status instead.
  public static func inspect(
    _ source: Span<UInt8>, trustedSigners: [SignatureVerifier] = [], fields: FieldChoice = .none
  ) throws(EnvelopeError) -> [UnitStatus] {
    try ManifestSealer.read(source, fields: fields).units.map { unit in
      UnitInspection(unit, source: source, trustedSigners: trustedSigners).status
    }
  }

  /// The state of every Secret of a manifest that has been parsed.
  ///
  /// - Parameter source: The text of the tree.
  /// - Throws: As without a tree.
  public static func inspect(
    _ tree: SourceTree, source: Span<UInt8>, fields: FieldChoice = .none
  ) throws(EnvelopeError) -> [UnitStatus] {
    let units: [SecretUnit]
    do { units = try ManifestReader.units(in: tree, source: source, fields: fields) } catch {
      throw EnvelopeError(error)
    }
    return units.map { unit in
      UnitInspection(PlacedUnit(unit: unit, tree: tree), source: source, trustedSigners: []).status
    }
  }
}

/// What one Secret shows without a key.
struct UnitInspection {
  private let unit: PlacedUnit
  private var envelope: Envelope?
  private var entries: [EntryStatus] = []
  private var signatures: [SignatureStatus] = []
  private var problems: [UnitProblem] = []

  init(_ unit: PlacedUnit, source: Span<UInt8>, trustedSigners: [SignatureVerifier]) {
    self.unit = unit
    entries = unit.entries.filter { !$0.kind.isEmpty }.map { entry in
      EntryStatus(
        name: entry.name, position: unit.position(of: entry, in: source),
        state: entry.kind == .alias ? .alias : entry.token == nil ? .plaintext : .sealed)
    }
    if let annotation = unit.unit.envelope {
      do {
        try judge(annotation, source: source, trustedSigners: trustedSigners)
      } catch { problems.append(UnitProblem(error, in: unit)) }
    } else {
      for entry in entries where entry.state == .sealed {
        problems.append(
          UnitProblem(
            .missingEnvelope,
            "\(ShownNames.one(entry.name)) looks like a sealed token, but there is no envelope",
            at: entry.position))
      }
    }
    if let node = PlaintextElsewhere.place(in: unit) {
      problems.append(
        UnitProblem(
          .plaintextElsewhere, PlaintextElsewhere.message, at: unit.position(of: node, in: source)))
    }
  }

  var status: UnitStatus {
    UnitStatus(
      label: unit.label, identity: unit.unit.identity, typeName: unit.unit.typeName,
      position: unit.start, isSealed: unit.unit.envelope != nil, envelope: envelope,
      entries: entries, signatures: signatures, problems: problems)
  }

  /// What the envelope says: its grammar, its digests and its signatures.
  private mutating func judge(
    _ annotation: EnvelopeAnnotation, source: Span<UInt8>, trustedSigners: [SignatureVerifier]
  ) throws(EnvelopeError) {
    let plaintext = entries.filter { $0.state == .plaintext }
    for entry in plaintext {
      problems.append(
        UnitProblem(
          .plaintextBesideCiphertext,
          "plaintext beside ciphertext: \(ShownNames.one(entry.name)) is not sealed",
          at: entry.position))
    }
    let envelope = try UnitSeal.envelope(of: unit, annotation: annotation, source: source)
    self.envelope = envelope
    guard plaintext.isEmpty else { return }
    let context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.unit.identity)
    let builder = try UnitSeal.entries(of: unit, source: source)
    let body = builder.body(
      context: context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    do throws(EnvelopeError) {
      try UnitSeal.checkDigests(body, envelope, of: unit, source: source)
    } catch { problems.append(UnitProblem(error, in: unit)) }
    let valid = SignatureCheck.valid(envelope, body: body)
    for line in envelope.signatures {
      let status = SignatureStatus(
        verifier: SignatureVerifier(line: line), isValid: valid.contains(line))
      signatures.append(status)
      if !status.isValid {
        problems.append(
          UnitProblem(
            .invalidSignature, "the signature of \(status.verifier.text) does not hold",
            at: unit.start))
      }
    }
    do throws(EnvelopeError) {
      try SignatureCheck.require(trustedSigners, of: envelope, body: body)
    } catch  where error.code == .missingSignature {
      problems.append(UnitProblem(error, in: unit))
    } catch {}  // an invalid signature is among the problems already
  }
}
