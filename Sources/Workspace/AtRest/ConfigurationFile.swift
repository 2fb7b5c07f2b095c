internal import CryptoCore
public import EncryptionAtRest
internal import Platform
internal import YAMLSource

/// An EncryptionConfiguration in a file.
public enum ConfigurationFile {
  /// The largest, in bytes.
  static let maximumByteCount = 16 << 20

  /// Reads one; `-` is standard input.
  ///
  /// - Throws: `.configuration` with the place, `.noInput`, ...
  public static func read(_ path: String) throws(WorkspaceError) -> StorageConfiguration {
    if path == "-" {
      let text: WipedBuffer
      do throws(PlatformError) { text = try Files.readStandardInput(limit: maximumByteCount) } catch
      { throw WorkspaceError(reading: error) }
      return try parse(text.bytes, path)
    }
    let file: FileSnapshot
    do throws(PlatformError) { file = try Files.read(path, limit: maximumByteCount) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    return try parse(file.bytes.bytes, path)
  }

  /// Reads one of a node: nil for `none`, an API server without a configuration.
  public static func readNode(_ path: String) throws(WorkspaceError) -> StorageConfiguration? {
    path == "none" ? nil : try read(path)
  }

  private static func parse(
    _ text: Span<UInt8>, _ path: String
  ) throws(WorkspaceError) -> StorageConfiguration {
    do throws(StorageError) { return try StorageConfiguration.read(text) } catch {
      throw WorkspaceError(
        .configuration, error.message, path: path, position: error.place,
        hints: ["'sealwax at-rest check' says what the API server makes of it"])
    }
  }
}

extension StorageError {
  /// Where in the file, as far as it is known.
  var place: SourcePosition? {
    line.map { SourcePosition(offset: 0, line: $0, column: column ?? 1) }
  }
}
