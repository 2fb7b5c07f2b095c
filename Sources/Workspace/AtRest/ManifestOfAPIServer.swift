internal import CryptoCore
public import EncryptionAtRest
internal import Platform
internal import YAMLSource

/// A static pod's manifest in a file.
public enum ManifestOfAPIServer {
  /// The largest, in bytes.
  private static let maximumByteCount = 4 << 20

  /// Reads one.
  ///
  /// - Throws: `.malformed` with the place, `.noInput`, ...
  public static func read(_ path: String) throws(WorkspaceError) -> APIServerManifest {
    let file: FileSnapshot
    do throws(PlatformError) { file = try Files.read(path, limit: maximumByteCount) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    do throws(StorageError) { return try APIServerManifest(file.bytes.bytes) } catch {
      throw WorkspaceError(
        .malformed, error.message, path: path, position: error.place)
    }
  }
}
