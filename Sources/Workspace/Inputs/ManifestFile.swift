public import CryptoCore
public import Platform

/// A manifest as it was read.
public struct ManifestFile: ~Copyable, Sendable {
  /// The largest manifest, in bytes.
  public static let maximumByteCount = 32 << 20

  /// Its text.
  public let text: WipedBuffer
  /// Which version of which file it is; nil for standard input.
  public let identity: FileIdentity?

  /// Reads a manifest.
  ///
  /// - Throws: `.noInput`, `.malformed` when it is too large, `.inputOutput`.
  public static func read(_ item: InputItem) throws(WorkspaceError) -> ManifestFile {
    do throws(PlatformError) {
      if item.isStandardInput {
        return ManifestFile(
          text: try Files.readStandardInput(limit: maximumByteCount), identity: nil)
      }
      let file = try Files.read(item.path, limit: maximumByteCount)
      let identity = file.identity
      return ManifestFile(text: file.takeBytes(), identity: identity)
    } catch {
      guard error.code == .tooLarge else { throw WorkspaceError(reading: error) }
      throw WorkspaceError(
        .malformed, "larger than a manifest can be (32 MiB)", path: item.path,
        hints: ["for other files there is 'sealwax file encrypt'"])
    }
  }

  /// Reads one manifest by its path, `-` for standard input.
  public static func read(_ path: String) throws(WorkspaceError) -> ManifestFile {
    try read(InputItem(path: path, relativePath: path, isNamed: true))
  }

  /// Why a file that does not read as a manifest is passed over: it was only found in a folder, and
  /// nothing in it looks like a Secret; nil when it is an error.
  static func reasonToSkip(
    _ error: WorkspaceError, _ item: InputItem, _ source: Span<UInt8>
  ) -> String? {
    guard !item.isNamed, error.isSyntax, !contains(source, "Secret") else { return nil }
    return "not YAML or JSON: \(error.message)"
  }

  private static func contains(_ source: Span<UInt8>, _ word: StaticString) -> Bool {
    let word = Array(word.description.utf8)
    guard source.count >= word.count else { return false }
    for start in 0...source.count - word.count where source[start] == word[0] {
      var length = 1
      while length < word.count, source[start + length] == word[length] { length += 1 }
      if length == word.count { return true }
    }
    return false
  }
}
