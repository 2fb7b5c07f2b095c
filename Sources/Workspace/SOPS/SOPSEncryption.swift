internal import CryptoCore
internal import Envelope
internal import SOPSFormat

/// Encrypts files in plaintext as SOPS does.
struct SOPSEncryption {
  let settings: SettingsSource
  let keys: SOPSKeySource

  /// Encrypts one file.
  ///
  /// Of files that were only found in a folder, those are left that nobody meant: no rule names
  /// their paths and there is no Secret in them, or nothing in them would be encrypted.
  ///
  /// - Parameters:
  ///   - earlier: the earlier encrypted version, whose ciphertext unchanged values keep; empty when
  ///     there is none.
  ///   - name: the path by which the rule is looked up.
  /// - Throws: an error with a `reasonToSkip` for what is left.
  func run(
    _ source: Span<UInt8>, earlier: Span<UInt8> = Span(), item: InputItem, name: String
  ) throws(WorkspaceError) -> ManifestOutput {
    let output = try encrypt(source, earlier: earlier, item, name)
    try refusePlaintext(in: output, of: source, item)
    // A file that nobody meant has no Secret.
    if !item.isNamed, output.units.allSatisfy({ $0.entryCount == 0 }) {
      throw skip("its rule encrypts nothing in it", item)
    }
    return output
  }

  /// Refuses a Secret of which the rule encrypts nothing.
  private func refusePlaintext(
    in output: borrowing ManifestOutput, of source: Span<UInt8>, _ item: InputItem
  ) throws(WorkspaceError) {
    let left = PlaintextLeft(
      in: output.text.bytes, path: settings.name(of: item.path) ?? "-", sealedCount: 0)
    if let error = left.placed(in: source).error(path: item.path, isOfSOPS: true) { throw error }
  }

  private func encrypt(
    _ source: Span<UInt8>, earlier: Span<UInt8>, _ item: InputItem, _ name: String
  ) throws(WorkspaceError) -> ManifestOutput {
    if SealedTraces.areIn(source) { try refuseSealed(source, item) }
    guard let target = try settings.sopsTarget(for: name, keys: keys) else {
      throw WorkspaceError(
        .configuration, "nothing says whom to encrypt for", path: item.path,
        hints: ["name recipients with --recipient, or a rule for it in .sops.yaml"])
    }
    if !item.isNamed, !target.namesPath, !Self.hasSecret(source) {
      throw skip("no rule of .sops.yaml names its path, and there is no Secret in it", item)
    }
    let store = SOPSText.store(of: source, path: settings.name(of: item.path))
    if !earlier.isEmpty,
      let version = try SOPSEarlierVersion(
        earlier, path: name, store: store, target: target, keys: keys)
    {
      return try version.encrypt(
        source, earlier: earlier, layout: settings.sopsLayout(for: name), path: item.path)
    }
    let text = try encrypted(source, store, target, item, name)
    let count = try SOPSEncryption.encryptedCount(text, store: store, item)
    let unit = UnitOutcome(
      file: SOPSText.identity, .sealed, entryCount: count,
      recipients: SOPSText.recipients(of: target.keyGroups))
    return ManifestOutput(file: text, unit, isChanged: true)
  }

  /// Whether there is a Secret in plaintext in a manifest, or could be in what is none.
  private static func hasSecret(_ source: Span<UInt8>) -> Bool {
    guard SecretTraces.mayBeIn(source) else { return false }
    guard let units = try? ManifestInspector.inspect(source) else {
      return SecretTraces.areIn(source)
    }
    return units.contains { !$0.isSealed && !$0.entries.isEmpty }
  }

  private func encrypted(
    _ source: Span<UInt8>, _ store: SOPSStore, _ target: SOPSTarget, _ item: InputItem,
    _ name: String
  ) throws(WorkspaceError) -> WipedBuffer {
    do {
      var writer = SOPSWriter(date: .now, layout: settings.sopsLayout(for: name))
      return try writer.encrypt(
        source, store: store,
        settings: SOPSSettings(
          keyGroups: target.keyGroups, shamirThreshold: target.shamirThreshold,
          selection: target.selection, isMACOnlyEncrypted: target.isMACOnlyEncrypted))
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  private static func encryptedCount(
    _ text: borrowing WipedBuffer, store: SOPSStore, _ item: InputItem
  ) throws(WorkspaceError) -> Int {
    // May be large, and is one value.
    if store == .binary { return 1 }
    do { return try SOPSFile.read(text.bytes, store: store).inspect().encryptedCount } catch {
      throw WorkspaceError(error, path: item.path)
    }
  }

  private func skip(_ reason: String, _ item: InputItem) -> WorkspaceError {
    var error = WorkspaceError(.malformed, reason, path: item.path)
    error.reasonToSkip = reason
    return error
  }

  /// Encrypted twice, a file would only look as if both kept it.
  private func refuseSealed(
    _ source: Span<UInt8>, _ item: InputItem
  ) throws(WorkspaceError) {
    let units: [UnitStatus]
    do { units = try ManifestInspector.inspect(source) } catch {
      // What cannot be read has no seal; SOPS's own kinds of files are not all read here.
      guard error.code != .source else { return }
      throw WorkspaceError(error, path: item.path)
    }
    guard units.contains(where: \.hasSealed) else { return }
    let isWhole = units.allSatisfy(\.hasNoPlaintext)
    var error = WorkspaceError(
      .malformed,
      "it is sealed already, in sealwax's own format" + (isWhole ? "" : ", but not all of it"),
      path: item.path, hints: ["decrypt it first to have it in SOPS's"])
    if isWhole { error.reasonToSkip = "sealed already" }
    throw error
  }
}
