internal import CryptoCore
public import Envelope
internal import Manifest
internal import Platform
public import SOPSFormat
public import SealedSecretFormat
public import YAMLSource

/// What is done to the SealedSecrets, or to the Secrets, of manifests.
public struct SealedSecretTask: ManifestTask {
  /// The kinds of work.
  public enum Work: Sendable {
    /// Secrets become SealedSecrets.
    case seal(SealedSecretSealer)
    /// SealedSecrets become Secrets.
    case unseal(SealedSecretOpener)
    /// Values are sealed for another certificate.
    case reencrypt(SealedSecretEditor, UnsealingKeys)
  }

  private let work: Work
  private let syntax: SourceSyntax?

  /// - Parameter syntax: What the result is written in; nil for what the input is.
  public init(_ work: Work, syntax: SourceSyntax? = nil) {
    self.work = work
    self.syntax = syntax
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    do throws(SealedSecretError) {
      let output = try changed(source)
      let units = (output.outcomes + (try plaintext(source))).map(Self.unit)
      let isChanged = output.isChanged
      let isKubernetes = !units.isEmpty || Self.isKubernetes(source)
      guard let syntax else {
        return ManifestOutput(
          text: WipedBuffer(copying: output.text.bytes), units: units, isKubernetes: isKubernetes,
          isChanged: isChanged)
      }
      var text = WipedBuffer()
      try OtherSyntax.append(output.text.bytes, as: syntax, to: &text)
      let isSame = ConstantTime.equal(text.bytes, source)
      return ManifestOutput(
        text: text, units: units, isKubernetes: isKubernetes, isChanged: !isSame)
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    throw WorkspaceError(
      .malformed, "it is encrypted by SOPS", path: item.path,
      hints: ["'sealwax convert --to sealedsecret' opens and seals it in one step"])
  }

  private func changed(
    _ source: Span<UInt8>
  ) throws(SealedSecretError) -> SealedSecretOutput {
    switch work {
    case .seal(let sealer): try sealer.seal(source)
    case .unseal(let opener): try opener.open(source)
    case .reencrypt(let editor, let keys): try editor.reencrypt(source, by: keys)
    }
  }

  /// What passes through unsealed, of which nobody knows where it comes from.
  private func plaintext(_ source: Span<UInt8>) throws(SealedSecretError) -> [SealedSecretOutcome] {
    guard case .unseal = work else { return [] }
    return try PlaintextSecrets.outcomes(in: source)
  }

  private static func isKubernetes(_ source: Span<UInt8>) -> Bool {
    guard let tree = try? SourceTree.parse(source) else { return false }
    return ManifestReader.kinds(in: tree).contains { !$0.kind.isEmpty }
  }

  /// Whether a text looks like one with SealedSecrets.
  static func mayHold(_ source: Span<UInt8>) -> Bool {
    source.contains(text: "SealedSecret") && source.contains(text: "bitnami.com/")
  }

  static func unit(_ outcome: SealedSecretOutcome) -> UnitOutcome {
    let action: UnitOutcome.Action =
      switch outcome.action {
      case .sealed: .sealed
      case .unsealed: .opened
      case .merged, .reencrypted: .resealed
      case .unchanged: .alreadySealed
      case .plaintext: .notSealed
      }
    var unit = UnitOutcome(
      action,
      identity: UnitIdentity(
        apiVersion: outcome.kind == "Secret" ? "v1" : "bitnami.com/v1alpha1", kind: outcome.kind,
        namespace: outcome.namespace, name: outcome.name), position: outcome.position,
      entryCount: outcome.valueCount, keptCount: outcome.valueCount - outcome.changedCount)
    unit.droppedCommentLines = outcome.droppedCommentLines
    return unit
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    guard case .seal = work, output.units.isEmpty else { return nil }
    return "\(item.path == "-" ? "standard input" : escapedForTerminal(item.path)) "
      + "holds no Secret; nothing in it was sealed"
  }
}
