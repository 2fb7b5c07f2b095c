public import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// A manifest in which fingerprints stand for tokens and a few words for envelopes: for people who
  /// read what changed (docs/git.md, "Differences").
  ///
  /// Where a secret opens a Secret the fingerprints are those of its values (`value:`), else of its
  /// tokens (`token:`). They depend on the place: equal values do not look equal, unless they stand
  /// under the same key of Secrets of the same name and namespace.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - unwrappers: The secrets to try.
  ///   - key: What the fingerprints are made with.
  /// - Throws: `EnvelopeError` when the text is not a manifest.
  public mutating func fingerprint(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper], key: borrowing FingerprintKey
  ) throws(EnvelopeError) -> WipedBuffer {
    let manifest = try Self.read(source, storage: &storage)
    var edits = SpliceEdits()
    for unit in manifest.units {
      guard let annotation = unit.unit.envelope else { continue }
      var opened: OpenedUnit?
      var failure: EnvelopeError?
      do throws(EnvelopeError) {
        opened = try openUnit(
          unit, annotation: annotation, source: source, unwrappers: unwrappers,
          trustedSigners: [])
      } catch { failure = error }
      Self.replaceTokens(of: unit, opened, source, key, &edits)
      let words = EnvelopeWords(
        unit, annotation: annotation, source: source, isOpen: opened != nil, failure: failure)
      edits.replace(
        EnvelopeEditor.range(of: annotation, tree: unit.tree, source: source),
        with: EnvelopeEditor.scalar(
          words.text, like: annotation, tree: unit.tree, source: source))
    }
    return try Self.apply(edits, to: source)
  }

  private static func replaceTokens(
    of unit: PlacedUnit, _ opened: OpenedUnit?, _ source: Span<UInt8>,
    _ key: borrowing FingerprintKey, _ edits: inout SpliceEdits
  ) {
    var copies: [String: Int] = [:]
    for (index, entry) in unit.entries.enumerated() {
      guard let token = entry.token else { continue }
      var place = CanonicalBytes(label: "sealwax v1 fingerprint")
      let identity = unit.unit.identity
      place.append(list: [identity.kind, identity.namespace, identity.name])
      place.append(list: [entry.kind == .comment ? "comment" : "value"] + entry.path)
      func fingerprint() -> String {
        guard let opened else {
          return "token:" + key.fingerprint(of: source.extracting(token), at: place)
        }
        return opened.withText(of: index) { "value:" + key.fingerprint(of: $0, at: place) }
      }
      place.append(count: 0)
      var text = fingerprint()
      if entry.kind == .comment {
        // Comments of a mapping share a place: equal ones are told apart by their number.
        let number = copies[text, default: 0]
        copies[text] = number + 1
        place.append(count: number)
        text = fingerprint()
      }
      edits.replace(token, with: text)
    }
  }
}

/// What a difference shows of an envelope: what people decide on, without wrapped keys and digests.
private struct EnvelopeWords {
  let text: String

  init(
    _ unit: PlacedUnit, annotation: EnvelopeAnnotation, source: Span<UInt8>, isOpen: Bool,
    failure: EnvelopeError?
  ) {
    guard let envelope = try? Envelope.parse(annotation.text) else {
      text = "this envelope cannot be read"
      return
    }
    var lines = ["sealwax v1 \(envelope.cipher.rawValue) \(envelope.scope.rawValue)"]
    for line in envelope.recipients {
      let recipient = line.recipient
      lines.append("to \(recipient.kind.rawValue) \(recipient.text) \(recipient.name ?? "-")")
    }
    for field in envelope.fields { lines.append("field \(field.text)") }
    let commitment = PublicBase64.encode(envelope.commitment).prefix(12)
    lines.append("key \(commitment) of \(envelope.made.text)")
    let status = UnitInspection(unit, source: source, trustedSigners: []).status
    let problems = status.problems.map(\.message)
    if let failure, failure.code != .noIdentity, failure.code != .unwrapFailed {
      lines.append("BROKEN: \(failure.message)")
    } else if let problem = problems.first {
      lines.append("BROKEN: \(problem)")
    }
    for signature in status.signatures where signature.isValid {
      lines.append("signed by \(signature.verifier.text)")
    }
    text = lines.map { line in
      String(
        String.UnicodeScalarView(line.unicodeScalars.filter { (0x20...0x7e).contains($0.value) }))
    }.joined(separator: "\n")
  }
}
