internal import CryptoCore
public import Envelope
internal import Platform

/// One sealed manifest that is opened, changed and sealed again.
public struct SealedFile: ~Copyable {
  /// Its path.
  public let path: String
  private let file: ManifestFile
  private let unwrappers: [any KeyUnwrapper]

  /// Reads a manifest.
  ///
  /// - Throws: as `ManifestFile.read`.
  public init(_ path: String, unwrappers: [any KeyUnwrapper]) throws(WorkspaceError) {
    file = try ManifestFile.read(path)
    self.path = path
    self.unwrappers = unwrappers
  }

  init(_ item: InputItem, unwrappers: [any KeyUnwrapper]) throws(WorkspaceError) {
    file = try ManifestFile.read(item)
    path = item.path
    self.unwrappers = unwrappers
  }

  /// As `ManifestFile.reasonToSkip`.
  func reasonToSkip(_ error: WorkspaceError, _ item: InputItem) -> String? {
    ManifestFile.reasonToSkip(error, item, file.text.bytes)
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
      throw WorkspaceError(
        .malformed, "no Secret in it is sealed", path: path,
        hints: ["seal it first with 'sealwax encrypt --in-place'"])
    }
    return output
  }

  private func opened(
    _ trustedSigners: [SignatureVerifier]
  ) throws(WorkspaceError) -> ManifestOutput {
    do {
      var sealer = try ManifestSealer()
      return try sealer.open(
        file.text.bytes, unwrappers: unwrappers, trustedSigners: trustedSigners)
    } catch { throw WorkspaceError(error, path: path) }
  }

  /// Seals a changed text: unchanged values keep their ciphertext, and recipients, cipher and scope
  /// stay.
  ///
  /// - Parameter settings: who signs, and whose signatures the file must have.
  public func seal(
    _ text: Span<UInt8>, settings: SealSettings = SealSettings(nil, now: .now)
  ) throws(WorkspaceError) -> ManifestOutput {
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
      throw WorkspaceError(
        .malformed, "it is not sealed, and only what is sealed already can be changed", path: path,
        position: error.position, unit: error.unit,
        hints: ["seal the whole file first with 'sealwax encrypt --in-place'"])
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
