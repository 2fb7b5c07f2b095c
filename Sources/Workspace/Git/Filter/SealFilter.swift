public import CryptoCore
internal import Envelope
internal import Manifest
internal import Platform
internal import SOPSFormat

/// Git's filter for plaintext in the worktree and ciphertext in the repository.
public struct SealFilter: ~Copyable {
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  /// Made anew for every file: a checkout writes policies, too.
  private var settings = SettingsSource(SettingsSource.Choices())
  private var sealer: ManifestSealer
  private var files = IndexedFiles()
  /// How many Secrets of the last file were sealed.
  private var sealedCount = 0
  /// What the user should know, since it was last asked for.
  private var notes: [String] = []

  /// - Parameter ring: what opens manifests and SOPS files.
  public init(ring: KeyRing) throws(WorkspaceError) {
    unwrappers = ring.unwrappers
    keys = ring.sops
    do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
  }

  /// What the user should know about what was filtered since the last call, fit for a terminal.
  public mutating func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }

  /// What goes into the repository for a file of the worktree: values that did not change keep the
  /// ciphertext that they have in the index or in HEAD.
  ///
  /// - Parameter path: from the top of the worktree, which is the working directory.
  /// - Throws: when a Secret cannot be sealed. Plaintext is never given back for one.
  public mutating func clean(
    _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> WipedBuffer {
    settings = SettingsSource(SettingsSource.Choices())
    sealedCount = 0
    let result = try sealed(source, path: path)
    try refusePlaintext(in: result, of: source, path: path)
    return result
  }

  /// Refuses what has a Secret in plaintext where none is sealed, unless the policy lets it pass.
  private func refusePlaintext(
    in result: borrowing WipedBuffer, of source: Span<UInt8>, path: String
  ) throws(WorkspaceError) {
    let left = PlaintextLeft(in: result.bytes, path: path, sealedCount: sealedCount)
    guard !left.findings.isEmpty else { return }
    let item = InputItem(path: path, relativePath: path, isNamed: false)
    guard try settings.reasonToIgnore(item) == nil else { return }
    let counting = left.placed(in: source).counting(path: path)
    let isOfSOPS = SOPSFile.mayBe(result.bytes)
    if let error = counting.error(path: path, isOfSOPS: isOfSOPS) { throw error }
  }

  private mutating func sealed(
    _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> WipedBuffer {
    if let file = try SOPSText.read(source, path: path) {
      return try passed(file, source, path: path)
    }
    try LostSOPSMetadata.refuse(source, path: path)
    if let encrypted = try encryptedAsSOPS(source, path: path) { return encrypted }
    let hasTraces = SecretTraces.mayBeIn(source) || SealedTraces.areIn(source)
    if !hasTraces, try hasRuleForSecretsAlone(path) { return WipedBuffer(copying: source) }
    let indexed = try version(of: path, in: .index)
    let committed = try version(of: path, in: .head)
    // Where no rule says what is to be sealed, it is what was.
    let wasSealed = !indexed.isEmpty || !committed.isEmpty
    if !hasTraces, !wasSealed, try settings.fields(for: path).rules.isEmpty {
      return WipedBuffer(copying: source)
    }
    let choice: SettingsSource.Choice
    do throws(WorkspaceError) { choice = try settings.settings(for: path) } catch {
      guard error.isIgnored else { throw error }
      return WipedBuffer(copying: source)
    }
    do throws(EnvelopeError) {
      let first = try seal(
        source, choice.settings, indexed.isEmpty ? committed.bytes : indexed.bytes, path)
      let count = first.sealedAnewCount
      let isOther = !committed.bytes.isSame(as: indexed.bytes)
      sealedCount = first.secretCount
      guard count > 0, isOther else { return first.takeText() }
      // What was changed and changed back has its ciphertext in HEAD.
      let second = try seal(source, choice.settings, committed.bytes, path)
      return second.sealedAnewCount < count ? second.takeText() : first.takeText()
    } catch {
      return try letPass(source, error, path, choice, wasSealed)
    }
  }

  /// Whether a policy has nothing sealed in a file but Secrets, or ignores it.
  private func hasRuleForSecretsAlone(_ path: String) throws(WorkspaceError) -> Bool {
    guard let place = try settings.policies.place(of: path) else { return false }
    if place.policy.ignores(place.relativePath) { return true }
    return place.policy.rule(for: place.relativePath)?.fieldChoice.rules.isEmpty == true
  }

  /// A plaintext as a SOPS file, where that is what its rule says; nil where it is not.
  private mutating func encryptedAsSOPS(
    _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> WipedBuffer? {
    guard !source.isEmpty, try settings.format(for: path) == .sops else { return nil }
    // A merge that waits for a person.
    if (SOPSFile.mayBe(source) || SealedTraces.areIn(source))
      && EncryptedText.holds(source, path: path)
    {
      return WipedBuffer(copying: source)
    }
    let encryption = SOPSEncryption(settings: settings, keys: keys)
    let item = InputItem(path: path, relativePath: path, isNamed: false)
    let indexed = try sopsVersion(of: path, in: .index)
    let committed = try sopsVersion(of: path, in: .head)
    do throws(WorkspaceError) {
      let first = try encryption.run(source, earlier: indexed.bytes, item: item, name: path)
      let count = first.sealedAnewCount
      let isOther = !committed.isEmpty && !committed.bytes.isSame(as: indexed.bytes)
      guard count > 0 || indexed.isEmpty, isOther else { return first.takeText() }
      let second = try encryption.run(source, earlier: committed.bytes, item: item, name: path)
      return second.sealedAnewCount <= count ? second.takeText() : first.takeText()
    } catch {
      guard error.reasonToSkip != nil else { throw error }
      return WipedBuffer(copying: source)
    }
  }

  private mutating func sopsVersion(
    of path: String, in place: IndexedFiles.Place
  ) throws(WorkspaceError) -> WipedBuffer {
    let found = try files.contents(of: path, in: place, limit: ManifestFile.maximumByteCount)
    guard let found, Self.mayBeOfSOPS(found) else { return WipedBuffer() }
    return found
  }

  private static func mayBeOfSOPS(_ text: borrowing WipedBuffer) -> Bool {
    SOPSFile.mayBe(text.bytes)
  }

  /// What SOPS encrypted passes, all of it.
  private func passed(
    _ file: SOPSFile, _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> WipedBuffer {
    let problem = file.inspect().problems.first { $0.code == .plaintextBesideCiphertext }
    guard let problem else { return WipedBuffer(copying: source) }
    throw WorkspaceError(
      SOPSError(problem.code, problem.message, at: problem.position), path: path)
  }

  /// An earlier version; nothing when there is none that is sealed.
  private mutating func version(
    of path: String, in place: IndexedFiles.Place
  ) throws(WorkspaceError) -> WipedBuffer {
    let found = try files.contents(of: path, in: place, limit: ManifestFile.maximumByteCount)
    guard let found, SealedTraces.areIn(found) else { return WipedBuffer() }
    return found
  }

  private mutating func seal(
    _ source: Span<UInt8>, _ settings: SealSettings, _ earlier: Span<UInt8>, _ path: String
  ) throws(EnvelopeError) -> ManifestOutput {
    guard !earlier.isEmpty else { return try sealer.seal(source, settings: settings) }
    do throws(EnvelopeError) {
      return try sealer.seal(
        source, settings: settings, previous: earlier, unwrappers: unwrappers)
    } catch {
      // Whoever sealed it is none of the policy's signers, and knows its data key.
      guard error.isAboutPrevious, Self.isUnsigned(error) else { throw error }
      note(path, "a new data key: the earlier version is not signed as the policy asks")
      return try sealer.seal(source, settings: settings)
    }
  }

  /// What is said holds names that are escaped already.
  private mutating func note(_ path: String, _ text: String) {
    notes.append("\(escapedForTerminal(path)): \(text)")
  }

  private static func isUnsigned(_ error: EnvelopeError) -> Bool {
    [.missingSignature, .unsignedPlaintext, .invalidSignature].contains(error.code)
  }

  /// What cannot be sealed passes when it is no manifest and can hold nothing that is to be sealed,
  /// or is sealed already, be it wrongly: a merge that waits for a new seal, or for a person.
  private mutating func letPass(
    _ source: Span<UInt8>, _ error: EnvelopeError, _ path: String,
    _ choice: SettingsSource.Choice, _ wasSealed: Bool
  ) throws(WorkspaceError) -> WipedBuffer {
    let fields = choice.settings.fields ?? .none
    if error.code == .source, !wasSealed, !SealedTraces.areIn(source),
      !SecretTraces.areIn(source, fields: fields)
    {
      return WipedBuffer(copying: source)
    }
    if EncryptedText.holds(source, path: path, fields: fields) {
      if error.code == .staleSeal {
        note(path, error.message)
      }
      return WipedBuffer(copying: source)
    }
    if error.code == .noRecipients, !error.isAboutPrevious {
      throw WorkspaceError(
        .configuration, "nothing says whom to seal for", path: path, position: error.position,
        unit: error.unit, hints: choice.hint.map { [$0] } ?? ["write a policy with 'sealwax init'"])
    }
    let failure = WorkspaceError(error, path: path)
    guard error.code == .source else { throw failure }
    throw failure.hinting(
      UnreadableText.hint(in: source) ?? "if it is no manifest, let the policy ignore it")
  }

  /// What goes into the worktree for a file of the repository: plaintext where an identity opens it
  /// and the policy has nothing against that, else what is there.
  public mutating func smudge(_ source: Span<UInt8>, path: String) -> WipedBuffer {
    guard SealedTraces.areIn(source) else { return WipedBuffer(copying: source) }
    do throws(WorkspaceError) { return try open(source, path: path) } catch {
      note(path, "stays sealed: \(error.message)")
      return WipedBuffer(copying: source)
    }
  }

  private mutating func open(
    _ source: Span<UInt8>, path: String
  ) throws(WorkspaceError) -> WipedBuffer {
    let signers = RequiredSigners(policies: PolicyFinder())
    let trusted = try signers.signers(for: path)
    let output: ManifestOutput
    do throws(EnvelopeError) {
      output = try sealer.open(source, unwrappers: unwrappers, trustedSigners: trusted)
    } catch { throw WorkspaceError(error, path: path) }
    try signers.retired.check(output.units, path: path)
    return output.takeText()
  }
}

extension ManifestOutput {
  /// How many of its units are Secrets.
  var secretCount: Int { units.count { $0.identity.isSecret } }

  /// How many values have ciphertext that no earlier version has.
  fileprivate var sealedAnewCount: Int {
    units.reduce(0) { $0 + $1.entryCount - $1.keptCount }
  }
}
