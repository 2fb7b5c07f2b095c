public import CryptoCore
internal import Manifest
public import Platform
internal import SOPSFormat

/// A manifest as it was read.
public struct ManifestFile: ~Copyable, Sendable {
  /// The largest manifest, in bytes.
  public static let maximumByteCount = 32 << 20

  /// Its text.
  public let text: WipedBuffer
  /// Which version of which file it is; nil for standard input.
  public let identity: FileIdentity?
  /// The same, still open for being written back.
  let opened: OpenedFile?

  /// Reads a manifest.
  ///
  /// - Throws: `.noInput`, `.malformed` when it is too large, `.inputOutput`.
  public static func read(_ item: InputItem) throws(WorkspaceError) -> ManifestFile {
    let file = try readText(item)
    let isAge = isAgeFile(file.text)
    guard isAge, item.isNamed else { return file }
    throw WorkspaceError(
      .malformed, "a file that was encrypted with age as a whole, and no manifest", path: item.path,
      hints: ["'sealwax file decrypt' opens it"])
  }

  private static func isAgeFile(_ file: borrowing WipedBuffer) -> Bool {
    let text = file.bytes
    return ["age-encryption.org/v1", "-----BEGIN AGE ENCRYPTED FILE-----"].contains { mark in
      let mark = mark.utf8.span
      return text.count >= mark.count && text.extracting(first: mark.count).isSame(as: mark)
    }
  }

  private static func readText(_ item: InputItem) throws(WorkspaceError) -> ManifestFile {
    do throws(PlatformError) {
      if item.isStandardInput {
        return ManifestFile(
          text: try Files.readStandardInput(limit: maximumByteCount), identity: nil, opened: nil)
      }
      // What a walk found is no link, unless somebody has put one there since.
      let file = try Files.read(
        item.path, limit: maximumByteCount, followsLinks: item.isNamed)
      let (identity, opened) = (file.identity, file.opened)
      return ManifestFile(text: file.takeBytes(), identity: identity, opened: opened)
    } catch {
      guard error.code == .tooLarge else { throw WorkspaceError(reading: error) }
      throw WorkspaceError(
        .malformed, "larger than a manifest can be (32 MiB)", path: item.path,
        hints: [
          "for larger files of SOPS there is 'sealwax sops', for others 'sealwax file encrypt'"
        ])
    }
  }

  /// Reads one manifest by its path, `-` for standard input.
  public static func read(_ path: String) throws(WorkspaceError) -> ManifestFile {
    try read(InputItem(path: path, relativePath: path, isNamed: true))
  }

  /// Why a file that was only found in a folder is passed over; nil when it is an error.
  ///
  /// It is ignored by the policy; or it does not read as a manifest, and nothing in it can be a
  /// Secret, or another object of which the policy has fields sealed.
  ///
  /// - Parameter fields: What the policy says; asked for only where it counts.
  static func reasonToSkip(
    _ error: WorkspaceError, _ item: InputItem, _ source: Span<UInt8>,
    fields: () throws(WorkspaceError) -> FieldChoice = { .none }
  ) throws(WorkspaceError) -> String? {
    guard !item.isNamed else { return nil }
    if error.isIgnored { return "ignored by the policy" }
    if let reason = error.reasonToSkip { return reason }
    // What may be SOPS's, or is to be encrypted as such, is no file that nobody meant.
    guard error.isSyntax, error.sopsCode == nil, !SOPSFile.mayBe(source),
      SOPSFile.valueOfDamaged(source, store: SOPSStore(path: item.path)) == nil
    else { return nil }
    if InputPaths.isFlatName(item.path) { return "neither a manifest nor a SOPS file" }
    guard try !SecretTraces.areIn(source, fields: fields()) else { return nil }
    return "not YAML or JSON: \(error.message)"
  }
}
