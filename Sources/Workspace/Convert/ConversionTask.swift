internal import CryptoCore
public import Envelope
internal import Manifest
internal import Platform
public import SOPSFormat
public import SealedSecretFormat
internal import YAMLSource

/// The forms that Secrets are kept in.
public enum SecretForm: String, Sendable, CaseIterable {
  /// Readable manifests.
  case plain
  /// Sealed manifests.
  case sealed
  /// SOPS's files.
  case sops
  /// SealedSecrets for a controller.
  case sealedSecret = "sealedsecret"
}

/// Brings manifests from any form into one, and opens the result before it is released.
public struct ConversionTask: ManifestTask {
  /// What a conversion works with.
  public struct Settings: Sendable {
    /// The form of the result.
    public var form: SecretForm
    /// What opens sealed manifests and SOPS files, the results too.
    public var ring: KeyRing
    /// What opens SealedSecrets, the results too.
    public var unsealing = UnsealingKeys()
    /// What makes SealedSecrets; needed for that form.
    public var sealer: SealedSecretSealer?
    /// Whose signatures sealed manifests must have.
    public var signers = RequiredSigners(policies: PolicyFinder())
    /// Whether a result counts that no key at hand opens.
    public var allowsUnverified = false
    /// Whether plaintext may be written where git would take it in.
    public var allowsPlaintextInGit = false

    /// Converts with a key ring.
    public init(to form: SecretForm, ring: KeyRing) {
      self.form = form
      self.ring = ring
    }
  }

  private let settings: Settings
  private let sealTask: SealTask
  private let openTask: OpenTask
  private let git = PlaintextPlaces()
  private var plannedFolder: String?

  /// - Parameter choices: whom to seal or encrypt for.
  public init(_ settings: Settings, choices: SettingsSource.Choices) {
    self.settings = settings
    var choices = choices
    choices.format = settings.form == .sops ? .sops : .sealwax
    sealTask = SealTask(
      settings: SettingsSource(choices), ring: settings.ring, usesGit: false)
    openTask = OpenTask(settings.ring, signers: settings.signers)
  }

  /// The same task where nothing is written, judging plaintext by where it would go.
  ///
  /// - Parameter folder: Where results would go; nil for the files themselves.
  public func planning(for folder: String?) -> ConversionTask {
    var task = self
    task.plannedFolder = folder
    return task
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    switch settings.form {
    case .sealed, .sops: sealTask.warning(for: item, outputPath: outputPath, output: output)
    case .plain: nil
    case .sealedSecret: Self.droppedComments(in: output, of: item)
    }
  }

  private static func droppedComments(
    in output: borrowing ManifestOutput, of item: InputItem
  ) -> String? {
    let lines = output.units.flatMap(\.droppedCommentLines)
    guard !lines.isEmpty else { return nil }
    let path = item.isStandardInput ? "standard input" : escapedForTerminal(item.path)
    let shown = lines.prefix(20).map(String.init).joined(separator: ", ")
    return "\(path): comments under data and stringData are lost: a SealedSecret has no place for "
      + "them; lines of the plaintext: \(shown)\(lines.count > 20 ? ", ..." : "")"
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard settings.form != .sops else { return SOPSText.untouched(file, source) }
    let opened = try openTask.run(file, source: source, item: item, outputPath: outputPath)
    if settings.form != .plain, !settings.allowsPlaintextInGit,
      let position = SOPSExposure.first(
        in: source, opened: opened.text.bytes,
        sealed: settings.form == .sealed
          ? try sealTask.fields(of: item, outputPath: outputPath) : .none
      )
    {
      throw WorkspaceError(
        .usage, "SOPS has this encrypted, and it would be readable: it is no value of a Secret",
        path: item.path, position: position,
        hints: [
          "leave the file in SOPS's form",
          "or have the policy name what is secret of it under 'fields' (.sealwax.yaml)",
          "--allow-plaintext-in-git makes it readable",
        ])
    }
    var sealer: ManifestSealer
    do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: item.path) }
    return try release(
      opened.text.bytes, opened.units, isOpened: true, item, outputPath, &sealer)
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    var units: [UnitOutcome] = []
    var text = WipedBuffer(copying: source)
    var isOpened = false
    if settings.form != .sealedSecret {
      let unsealed = try unseal(text.bytes, item)
      if unsealed.isChanged {
        units += unsealed.outcomes.map(SealedSecretTask.unit)
        text = WipedBuffer(copying: unsealed.text.bytes)
        isOpened = true
      }
    }
    if settings.form != .sealed {
      let opened = try openTask.run(
        text.bytes, item: item, outputPath: outputPath, sealer: &sealer)
      try refuseOthers(opened.units, item)
      units += opened.units.filter { $0.action == .opened }
      if opened.isChanged {
        text = WipedBuffer(copying: opened.text.bytes)
        isOpened = true
      }
    }
    return try release(text.bytes, units, isOpened: isOpened, item, outputPath, &sealer)
  }

  /// Other forms have no fields of objects that are no Secrets.
  private func refuseOthers(
    _ opened: [UnitOutcome], _ item: InputItem
  ) throws(WorkspaceError) {
    guard settings.form != .plain, !settings.allowsPlaintextInGit,
      let unit = opened.first(where: { $0.action == .opened && !$0.identity.isSecret })
    else { return }
    throw WorkspaceError(
      .usage, "fields of it are sealed, which '\(settings.form.rawValue)' has for Secrets alone",
      path: item.path, position: unit.position, unit: unit.label,
      hints: ["leave the file as it is", "--allow-plaintext-in-git makes them readable"])
  }

  private func unseal(
    _ source: Span<UInt8>, _ item: InputItem
  ) throws(WorkspaceError) -> SealedSecretOutput {
    do throws(SealedSecretError) {
      return try SealedSecretOpener(settings.unsealing).open(source)
    } catch {
      guard error.code == .noKey, settings.unsealing.keys.isEmpty else {
        throw WorkspaceError(error, path: item.path)
      }
      throw WorkspaceError(
        .noIdentity, "a SealedSecret opens with the controller's private key alone",
        path: item.path, position: error.position, unit: error.unit,
        hints: ["name it with --key FILE"])
    }
  }

  /// Brings a plaintext into the form.
  private func release(
    _ plaintext: Span<UInt8>, _ opened: [UnitOutcome], isOpened: Bool, _ item: InputItem,
    _ outputPath: String?, _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    switch settings.form {
    case .plain:
      if isOpened, !settings.allowsPlaintextInGit, !item.isStandardInput {
        let planned = plannedFolder.map { PathParts.join($0, item.relativePath) }
        try git.check(outputPath ?? planned ?? item.path)
      }
      return ManifestOutput(
        text: WipedBuffer(copying: plaintext), units: opened,
        isKubernetes: isOpened || Self.isKubernetes(plaintext), isChanged: isOpened)
    case .sealed, .sops:
      let output = try sealTask.run(
        plaintext, item: item, outputPath: outputPath, sealer: &sealer)
      guard output.isChanged else { return output }
      try verify(output.text, plaintext, item, &sealer)
      return output
    case .sealedSecret:
      guard let secretSealer = settings.sealer else {
        throw WorkspaceError(
          .usage, "nothing says whom to seal for",
          hints: ["name the controller's certificate with --cert FILE"])
      }
      let task = SealedSecretTask(.seal(secretSealer))
      let output = try task.run(
        plaintext, item: item, outputPath: outputPath, sealer: &sealer)
      guard output.isChanged else { return output }
      try verify(output.text, plaintext, item, &sealer)
      return output
    }
  }

  private static func isKubernetes(_ source: Span<UInt8>) -> Bool {
    guard let tree = try? SourceTree.parse(source) else { return false }
    return ManifestReader.kinds(in: tree).contains { !$0.kind.isEmpty }
  }

  /// Opens what is to be written and compares it with the plaintext.
  private func verify(
    _ result: borrowing WipedBuffer, _ plaintext: Span<UInt8>, _ item: InputItem,
    _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) {
    let text: WipedBuffer
    do throws(WorkspaceError) {
      text = try reopened(result.bytes, item, &sealer)
    } catch {
      guard error.kind == .noIdentity else { throw error }
      if settings.allowsUnverified { return }
      var failure = WorkspaceError(
        .noIdentity, "no key at hand opens the result, so it cannot be checked", path: item.path,
        unit: error.unit)
      failure.hints = [
        settings.form == .sealedSecret
          ? "name the controller's private key with --key FILE"
          : "add yourself to its recipients, or name an identity that opens it",
        "--allow-unverified writes it all the same",
      ]
      throw failure
    }
    guard ConvertedValues.areEqual(text.bytes, plaintext) else {
      throw WorkspaceError(
        .other, "the result does not open to what was there; nothing was written",
        path: item.path)
    }
  }

  private func reopened(
    _ result: Span<UInt8>, _ item: InputItem, _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> WipedBuffer {
    switch settings.form {
    case .plain: return WipedBuffer(copying: result)
    case .sealed:
      let output = try openTask.run(result, item: item, outputPath: nil, sealer: &sealer)
      return WipedBuffer(copying: output.text.bytes)
    case .sops:
      guard let file = try SOPSText.read(result, path: item.path) else {
        throw WorkspaceError(.other, "the result is no SOPS file", path: item.path)
      }
      let output = try openTask.run(file, source: result, item: item, outputPath: nil)
      return WipedBuffer(copying: output.text.bytes)
    case .sealedSecret:
      do throws(SealedSecretError) {
        let output = try SealedSecretOpener(settings.unsealing).open(result)
        return WipedBuffer(copying: output.text.bytes)
      } catch { throw WorkspaceError(error, path: item.path) }
    }
  }
}
