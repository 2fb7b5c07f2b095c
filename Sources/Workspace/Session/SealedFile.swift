internal import CryptoCore
public import Envelope
internal import Platform
internal import SOPSFormat

/// One sealed manifest, or SOPS file, that is opened, changed and encrypted again.
public struct SealedFile: ~Copyable {
  /// Its path.
  public let path: String
  private let file: ManifestFile
  private let unwrappers: [any KeyUnwrapper]
  private let retired: RetiredKEKs
  /// The file, if it is one of SOPS.
  let sops: SOPSOpened?

  /// Reads a file; the data key of one of SOPS is opened, once for all that is done to it.
  ///
  /// - Parameter retired: what it must not lie under to be opened.
  /// - Throws: as `ManifestFile.read`; `.noIdentity`.
  public init(_ path: String, ring: KeyRing, retired: RetiredKEKs) throws(WorkspaceError) {
    let file = try ManifestFile.read(path)
    sops = try SealedFile.sops(file, path, ring)
    self.file = file
    self.path = path
    self.retired = retired
    unwrappers = ring.unwrappers
  }

  private static func sops(
    _ file: borrowing ManifestFile, _ path: String, _ ring: KeyRing
  ) throws(WorkspaceError) -> SOPSOpened? {
    guard let found = try SOPSText.read(file.text.bytes, path: path, refusesUnreadable: true)
    else { return nil }
    return try ring.sops.open(found, path: path)
  }

  init(_ item: InputItem, ring: KeyRing, retired: RetiredKEKs) throws(WorkspaceError) {
    let file = try ManifestFile.read(item)
    sops = try SealedFile.sops(file, item.path, ring)
    self.file = file
    path = item.path
    self.retired = retired
    unwrappers = ring.unwrappers
  }

  /// As `ManifestFile.reasonToSkip`.
  func reasonToSkip(
    _ error: WorkspaceError, _ item: InputItem
  ) throws(WorkspaceError) -> String? {
    try ManifestFile.reasonToSkip(error, item, file.text.bytes)
  }

  /// The text with every Secret opened.
  ///
  /// - Throws: `WorkspaceError` when a seal does not hold or no identity opens it, and
  ///   `.malformed` when nothing in it is sealed and `mustBeSealed` is set.
  public func open(
    mustBeSealed: Bool = true, trustedSigners: [SignatureVerifier] = []
  ) throws(WorkspaceError) -> ManifestOutput {
    let output = try opened(trustedSigners)
    guard !mustBeSealed || output.units.contains(where: { $0.action == .opened }) else {
      let isForController = SealedSecretTask.mayHold(file.text.bytes)
      throw WorkspaceError(
        .malformed, "no Secret in it is sealed", path: path,
        hints: [
          isForController
            ? "it holds a SealedSecret, which 'sealwax unseal' opens with the controller's key"
            : "seal it first with 'sealwax encrypt --in-place'"
        ])
    }
    return output
  }

  private func opened(
    _ trustedSigners: [SignatureVerifier]
  ) throws(WorkspaceError) -> ManifestOutput {
    if let sops {
      guard trustedSigners.isEmpty else { throw SOPSText.unsigned(path) }
      return try sops.plaintext(.preserved, path: path)
    }
    let output: ManifestOutput
    do {
      var sealer = try ManifestSealer()
      output = try sealer.open(
        file.text.bytes, unwrappers: unwrappers, trustedSigners: trustedSigners)
    } catch {
      throw WorkspaceError(error, path: path, source: file.text.bytes)
        .explained(by: file.text.bytes)
    }
    try retired.check(output.units, path: path)
    return output
  }

  /// Seals a changed text: unchanged values keep their ciphertext, and recipients, cipher and scope
  /// stay.
  ///
  /// - Parameter settings: who signs, and whose signatures the file must have.
  public func seal(
    _ text: Span<UInt8>, settings: SealSettings = SealSettings(nil, now: .now)
  ) throws(WorkspaceError) -> ManifestOutput {
    if sops != nil {
      // What an editor writes is a text in the place of another.
      let plaintext = WipedBuffer(copying: text)
      return try change(settings: settings) { (writer, file, key) throws(SOPSError) in
        try writer.edit(file, key, plaintext: plaintext.bytes)
      }
    }
    var settings = settings
    settings.followsRenames = true
    do {
      var sealer = try ManifestSealer()
      return try sealer.seal(
        text, settings: settings, previous: file.text.bytes, unwrappers: unwrappers)
    } catch {
      guard error.code == .noRecipients, settings.target == nil, !error.isAboutPrevious else {
        throw WorkspaceError(error, path: path)
      }
      var plain = WorkspaceError(
        .malformed, "it is not sealed, and only what is sealed already can be changed", path: path,
        position: error.position, unit: error.unit,
        hints: ["seal the whole file first with 'sealwax encrypt --in-place'"])
      plain.isNotSealed = true
      throw plain
    }
  }

  /// Checks that a text says where a value can stand.
  ///
  /// - Parameter isJSON: whether it is to be a value of JSON.
  /// - Throws: `.usage` when it is no path, or such a value cannot stand there; as `open`.
  public func check(place text: String, isJSON: Bool = false) throws(WorkspaceError) {
    guard case .entry = try place(text), isJSON else { return }
    throw WorkspaceError(
      .usage, "the values of Secrets are texts: --json-value is for other SOPS files", path: path)
  }

  /// Where a text says that a value stands.
  ///
  /// - Throws: `.usage` when it is no path; as `open`.
  func place(_ text: String) throws(WorkspaceError) -> ValuePlace {
    try ValuePlace(text, in: sops?.file, hasSecrets: hasSecrets)
  }

  /// Whether there are Secrets in a SOPS file, so that its values are those that Kubernetes has.
  var hasSecrets: Bool {
    guard let sops, sops.file.store == .yaml || sops.file.store == .json else { return false }
    return (try? OpenedManifest(self, trustedSigners: []))?.units.isEmpty == false
  }

  /// Refuses a change of a SOPS file that leaves a new value in plaintext.
  ///
  /// The rule that says so is the file's own, which anybody could have changed.
  func checkNothingNewIsPlain(in output: borrowing ManifestOutput) throws(WorkspaceError) {
    guard let sops else { return }
    let before = sops.file.inspect().plainCount
    do {
      let after = try SOPSFile.read(output.text.bytes, store: sops.file.store)
      guard after.inspect().plainCount > before else { return }
    } catch { throw WorkspaceError(error, path: path) }
    throw WorkspaceError(
      .malformed, "by the file's own rule the value would stay in plaintext", path: path,
      hints: [
        "compare the rule with .sops.yaml: 'sealwax status'; what is no secret, 'sealwax edit' takes"
      ])
  }

  /// Changes a SOPS file; values that did not change keep their ciphertext.
  func change(
    settings: SealSettings,
    _ body: (inout SOPSWriter, SOPSFile, borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer
  ) throws(WorkspaceError) -> ManifestOutput {
    guard let sops else { throw WorkspaceError(.malformed, "it is no SOPS file", path: path) }
    guard settings.trustedSigners.isEmpty, settings.signer == nil else {
      throw SOPSText.unsigned(path)
    }
    let layout = SOPSRules().layout(for: path)
    return try sops.changed(.resealed, layout: layout, path: path) {
      (writer, key) throws(SOPSError) in
      try body(&writer, sops.file, key)
    }
  }

  /// Replaces the file, if it is still as it was read.
  ///
  /// - Throws: `.inputOutput` when another program changed it, `.cannotCreate`.
  public func write(_ text: Span<UInt8>) throws(WorkspaceError) {
    guard let identity = file.identity else {
      do { return try Files.writeStandardOutput(text) } catch {
        throw WorkspaceError(writing: error)
      }
    }
    do { try AtomicFile.write(text, to: path, expecting: .unchanged(identity)) } catch {
      throw WorkspaceError(writing: error).at(path)
    }
  }

  /// Keeps a sealed text that could not take the file's place; returns where, nil when that fails too.
  func writeBeside(_ text: Span<UInt8>) -> String? {
    KeptCopy.write(text, beside: path, mode: file.identity?.permissions ?? 0o600)
  }
}
