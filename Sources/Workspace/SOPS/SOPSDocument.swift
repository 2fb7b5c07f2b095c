public import CryptoCore
internal import Platform

/// A file that a command of SOPS works on, or standard input.
public struct SOPSDocument: ~Copyable {
  /// Its path; nil for standard input.
  public let path: String?
  /// What it holds.
  public let bytes: WipedBuffer
  private let identity: FileIdentity?

  /// The largest file, in bytes.
  public static let maximumByteCount = 256 << 20

  /// Reads a file, a pipe (`/dev/stdin`, `<(command)`), or standard input for nil.
  ///
  /// - Throws: `.noInput`, `.malformed` when it is too large.
  public init(_ path: String?) throws(WorkspaceError) {
    self.path = path
    do throws(PlatformError) {
      guard let path else {
        bytes = try Files.readStandardInput(limit: SOPSDocument.maximumByteCount)
        identity = nil
        return
      }
      switch try Files.identity(of: path).kind {
      case .regular, .directory:
        let file = try Files.read(path, limit: SOPSDocument.maximumByteCount)
        identity = file.identity
        bytes = file.takeBytes()
      default:
        bytes = try Files.readPipe(path, limit: SOPSDocument.maximumByteCount)
        identity = nil
      }
    } catch {
      throw WorkspaceError(reading: error).at(path ?? "-")
    }
  }

  /// Puts a text in the file's place, whole or not at all, if the file is still as it was read.
  ///
  /// - Throws: `.inputOutput` when another program changed it, `.cannotCreate`.
  public func replace(with text: Span<UInt8>) throws(WorkspaceError) {
    guard let path, let identity else {
      throw WorkspaceError(.usage, "what is no file cannot be replaced", path: path ?? "-")
    }
    do { try AtomicFile.write(text, to: path, expecting: .unchanged(identity)) } catch {
      throw WorkspaceError(writing: error).at(path)
    }
  }

  /// Keeps a text that could not take the file's place; returns where, nil when that fails too.
  public func keepBeside(_ text: Span<UInt8>) -> String? {
    path.flatMap { KeptCopy.write(text, beside: $0, mode: identity?.permissions ?? 0o600) }
  }

  /// Writes what a command gives to a file, or to standard output for nil and `/dev/stdout`.
  ///
  /// - Parameter mode: the permissions of a new file.
  /// - Throws: `.cannotCreate`, `.inputOutput`.
  public static func write(
    _ text: Span<UInt8>, to path: String?, mode: UInt32
  ) throws(WorkspaceError) {
    do throws(PlatformError) {
      guard let path, path != "/dev/stdout" else { return try Files.writeStandardOutput(text) }
      if path == "/dev/null" { return }
      try AtomicFile.write(
        text, to: path, expecting: .anything, options: WriteOptions(mode: mode))
    } catch {
      let failure = WorkspaceError(writing: error)
      throw path.map { failure.at($0) } ?? failure
    }
  }
}
