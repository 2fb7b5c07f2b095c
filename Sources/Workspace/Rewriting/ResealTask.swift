internal import CryptoCore
public import Envelope
public import SOPSFormat
internal import YAMLSource

/// Accepts what was changed in sealed manifests.
public struct ResealTask: ManifestTask {
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  private let head = GitHead(limit: ManifestFile.maximumByteCount)

  /// - Parameters:
  ///   - settings: whom to seal for.
  ///   - ring: what opens the Secrets.
  public init(settings: SettingsSource, ring: KeyRing) {
    self.settings = settings
    unwrappers = ring.unwrappers
    keys = ring.sops
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let chosen = try settings.settings(for: item.path)
    try check(source, item, chosen.settings.trustedSigners)
    do throws(EnvelopeError) {
      return try sealer.reseal(source, settings: chosen.settings, unwrappers: unwrappers)
    } catch {
      var failure = WorkspaceError(error, path: item.path)
      if error.code == .noRecipients, let hint = chosen.hint { failure.hints = [hint] }
      throw failure
    }
  }

  /// Refuses what nobody shows to be from one of the signers that are asked for.
  ///
  /// What was changed since is no longer signed. But the committed version is, and what is sealed with
  /// its data key was sealed by somebody who could open it.
  private func check(
    _ source: Span<UInt8>, _ item: InputItem, _ signers: [SignatureVerifier]
  ) throws(WorkspaceError) {
    let name = settings.name(of: item.path) ?? item.path
    if signers.isEmpty, try !settings.retired.areAsked(for: name) { return }
    let units = try Self.inspect(source, path: item.path)
    try settings.retired.check(units, path: name)
    guard !signers.isEmpty else { return }
    var known: Set<[UInt8]> = []
    if !item.isStandardInput, let committed = head.contents(of: item.path) {
      for unit in (try? Self.inspect(committed.bytes, path: item.path)) ?? []
      where unit.isSigned(byOneOf: signers) {
        if let envelope = unit.envelope { known.insert(envelope.commitment) }
      }
    }
    for unit in units where unit.isSealed && !unit.isSigned(byOneOf: signers) {
      guard let envelope = unit.envelope, known.contains(envelope.commitment) else {
        throw WorkspaceError(
          .malformed,
          "no signature that is trusted here says who sealed it: not its own, nor that of git's HEAD",
          path: item.path, position: unit.position, unit: unit.label,
          hints: ["look at all of its values; then --ignore-policy accepts it"])
      }
    }
  }

  private static func inspect(
    _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> [UnitStatus] {
    do { return try ManifestInspector.inspect(source) } catch {
      throw WorkspaceError(error, path: path)
    }
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    DemoKeys.warning(for: output.units, path: item.path)
      ?? settings.reminder(item, outputPath: outputPath, output)
  }

  /// Of a SOPS file nobody can tell what was changed: the values are taken as they stand.
  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard try settings.trustedSigners(for: item.path).isEmpty else {
      throw SOPSText.unsigned(item.path)
    }
    let opened = try keys.open(file, path: item.path)
    do throws(SOPSError) {
      var writer = SOPSWriter(date: .now, layout: settings.sopsLayout(for: item.path))
      let resealed = try opened.withKey { (key) throws(SOPSError) in
        try writer.reseal(file, key)
      }
      guard !resealed.wasInOrder else { return SOPSText.untouched(file, source) }
      let output = try SOPSText.written(
        WipedBuffer(copying: resealed.text.bytes), .resealed, before: file,
        accepted: Self.summary(resealed.accepted))
      return output
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  private static func summary(_ positions: [SourcePosition]) -> String {
    let places = positions.prefix(8).map { "\($0.line):\($0.column)" }.joined(separator: ", ")
    return "all values as they stand, since a MAC does not say what was changed"
      + (places.isEmpty ? "" : "; plaintext at \(places)") + (positions.count > 8 ? ", ..." : "")
  }
}
