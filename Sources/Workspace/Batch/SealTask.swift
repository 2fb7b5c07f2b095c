internal import CryptoCore
public import Envelope
public import Manifest
internal import Platform
public import SOPSFormat
internal import YAMLSource

/// Seals the plaintext Secrets of manifests.
public struct SealTask: ManifestTask {
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  private let head: GitHead?

  /// - Parameters:
  ///   - settings: whom and how to seal for.
  ///   - ring: what opens the earlier version, so that unchanged values keep their tokens.
  ///   - usesGit: whether HEAD is looked at for the earlier version of a file.
  public init(settings: SettingsSource, ring: KeyRing, usesGit: Bool) {
    self.settings = settings
    unwrappers = ring.unwrappers
    keys = ring.sops
    head = usesGit ? GitHead(limit: ManifestFile.maximumByteCount) : nil
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    var output = try sealed(source, item, outputPath, &sealer)
    // SOPSEncryption has looked already.
    guard output.units.first?.identity != SOPSText.identity else { return output }
    output.warning = try plaintextLeft(in: output, of: source, item, outputPath)
    return output
  }

  /// Refuses Secrets that kubectl would apply and that stand where none is sealed; of others there is a
  /// warning.
  private func plaintextLeft(
    in output: borrowing ManifestOutput, of source: Span<UInt8>, _ item: InputItem,
    _ outputPath: String?
  ) throws(WorkspaceError) -> String? {
    let left = PlaintextLeft(
      in: output.text.bytes, path: settings.name(of: item.path) ?? "-",
      sealedCount: output.secretCount)
    if left.hasObjects, !settings.choices.allowsPlaintextElsewhere,
      let error = left.placed(in: source).error(path: item.path, isOfSOPS: false)
    {
      throw error
    }
    let path = outputPath ?? item.path
    return left.error(path: path, isOfSOPS: false).map { error in
      let place = error.position.map { ":\($0.line):\($0.column)" } ?? ""
      return "\(escapedForTerminal(path))\(place): \(error.message); "
        + error.hints.joined(separator: "; ")
    }
  }

  private func sealed(
    _ source: Span<UInt8>, _ item: InputItem, _ outputPath: String?,
    _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    if let chosen = try settings.settingsWithoutRules(for: item, outputPath: outputPath) {
      return try seal(source, chosen, item, outputPath, &sealer)
    }
    try settings.policies.prepare(item)
    // What is found in a folder and ignored there is not sealed to another one either.
    if let outputPath, !item.isAt(outputPath), !item.isNamed,
      let error = try settings.reasonToIgnore(item)
    {
      throw error
    }
    let name = try settings.ruledPath(of: item, outputPath: outputPath)
    if try settings.format(for: name) == .sops {
      return try encryptAsSOPS(source, item: item, outputPath: outputPath, name: name)
    }
    let output = try seal(
      source, try settings.settings(for: name), item, outputPath, &sealer)
    try settings.retired.check(
      output.units.filter { $0.action == .alreadySealed }, path: settings.name(of: name) ?? name)
    return output
  }

  private func seal(
    _ source: Span<UInt8>, _ chosen: SettingsSource.Choice, _ item: InputItem,
    _ outputPath: String?, _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let previous =
      unwrappers.isEmpty ? nil : try previousVersion(of: item, outputPath: outputPath)
    do throws(EnvelopeError) {
      return try seal(source, chosen.settings, previous, &sealer)
    } catch {
      var failure = WorkspaceError(error, path: item.path)
      if error.code == .noRecipients, !error.isAboutPrevious {
        failure = WorkspaceError(
          failure.kind, "nothing says whom to seal for", path: item.path,
          position: failure.position, unit: failure.unit,
          hints: chosen.hint.map { [$0] } ?? failure.hints)
      }
      if error.isAboutPrevious { failure = aboutPrevious(failure, item, outputPath) }
      throw failure
    }
  }

  public func fields(of item: InputItem, outputPath: String?) throws(WorkspaceError) -> FieldChoice
  {
    try settings.fields(for: settings.ruledPath(of: item, outputPath: outputPath))
  }

  private func encryptAsSOPS(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, name: String
  ) throws(WorkspaceError) -> ManifestOutput {
    let encryption = SOPSEncryption(settings: settings, keys: keys)
    switch try previousVersion(of: item, outputPath: outputPath) {
    case .some(let previous) where SOPSFile.mayBe(previous.bytes):
      do throws(WorkspaceError) {
        return try encryption.run(source, earlier: previous.bytes, item: item, name: name)
      } catch {
        guard error.isAboutPrevious else { throw error }
        throw aboutPrevious(error, item, outputPath)
      }
    default: return try encryption.run(source, item: item, name: name)
    }
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    if let problem = file.inspect().problems.first {
      throw WorkspaceError(
        SOPSError(problem.code, problem.message, at: problem.position), path: item.path)
    }
    return SOPSText.untouched(file, source)
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    if let warning = output.warning { return warning }
    if let warning = drift(of: output, item, outputPath) { return warning }
    if let warning = settings.reminder(item, outputPath: outputPath, output) { return warning }
    return settings.name(of: outputPath ?? item.path).flatMap { path in
      DemoKeys.warning(for: output.units, path: path)
    }
  }

  /// A warning for Secrets that stay sealed for others than the options or the policy say.
  private func drift(
    of output: borrowing ManifestOutput, _ item: InputItem, _ outputPath: String?
  ) -> String? {
    let sealed = output.units.filter { $0.action == .alreadySealed }
    guard let first = sealed.first,
      let path = try? settings.ruledPath(of: item, outputPath: outputPath),
      let recipients = first.identity == SOPSText.identity
        ? wantedOfSOPS(path)
        : (try? settings.settings(for: path))?.settings.target?.recipients
          .map({ $0.recipient })
    else { return nil }
    let wanted = Self.keys(recipients)
    guard sealed.contains(where: { Self.keys($0.recipients) != wanted }) else { return nil }
    let shown = escapedForTerminal(outputPath ?? item.path)
    return "\(shown) stays sealed for other recipients than those it is to have; "
      + "'sealwax rewrap' changes them"
  }

  private func wantedOfSOPS(_ path: String) -> [RecipientDescription]? {
    (try? settings.sopsTarget(for: path, keys: keys)).flatMap { target in
      target.map { SOPSText.recipients(of: $0.keyGroups) }
    }
  }

  private static func keys(_ recipients: [RecipientDescription]) -> Set<String> {
    Set(recipients.map { "\($0.kind.rawValue) \($0.text)" })
  }

  /// The error of an earlier version: where that is, and how to do without it.
  private func aboutPrevious(
    _ error: WorkspaceError, _ item: InputItem, _ outputPath: String?
  ) -> WorkspaceError {
    var error = error
    if let outputPath, !item.isAt(outputPath) {
      error.path = outputPath
      error.hints.append("write to another file to seal without the earlier version")
    } else {
      error.path = "HEAD:" + item.path
      error.hints.append("--no-git seals without the committed version, with new ciphertext")
    }
    return error
  }

  private func seal(
    _ source: Span<UInt8>, _ settings: SealSettings, _ previous: borrowing WipedBuffer?,
    _ sealer: inout ManifestSealer
  ) throws(EnvelopeError) -> ManifestOutput {
    switch previous {
    case .some(let previous):
      try sealer.seal(
        source, settings: settings, previous: previous.bytes, unwrappers: unwrappers)
    case .none: try sealer.seal(source, settings: settings, unwrappers: unwrappers)
    }
  }

  /// The earlier sealed version: the output file if it is another one, else the committed file.
  private func previousVersion(
    of item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> WipedBuffer? {
    if let outputPath, !item.isAt(outputPath), Files.exists(outputPath) {
      do {
        return try Files.read(outputPath, limit: ManifestFile.maximumByteCount).takeBytes()
      } catch { throw WorkspaceError(reading: error) }
    }
    guard let head, !item.isStandardInput else { return nil }
    return head.contents(of: outputPath ?? item.path)
  }
}
