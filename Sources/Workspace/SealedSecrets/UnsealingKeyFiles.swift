internal import CryptoCore
internal import Platform
public import SealedSecretFormat

/// Reads private keys of Sealed Secrets controllers.
public enum UnsealingKeyFiles {
  /// In bytes: a thousand Secrets with RSA-4096 and their certificates take about 10 MiB.
  private static let maximumByteCount = 32 << 20

  private static let expected =
    "a key file is a private key in PEM, or the controller's Secrets as 'kubectl get secret "
    + "-n kube-system -l \(UnsealingKeys.stateLabel) -o yaml' prints them"

  /// The keys of files, each once; `-` is standard input.
  ///
  /// - Throws: `.noInput`, `.configuration`.
  public static func load(_ paths: [String]) throws(WorkspaceError) -> UnsealingKeys {
    var keys = UnsealingKeys()
    for path in paths {
      let bytes = try read(path)
      do throws(SealedSecretError) {
        try keys.read(bytes.bytes, name: PathParts(path).name)
      } catch {
        throw WorkspaceError(
          .configuration, error.message, path: path, position: error.position, unit: error.unit,
          hints: error.hints.isEmpty ? [expected] : error.hints)
      }
    }
    return keys
  }

  private static func read(_ path: String) throws(WorkspaceError) -> WipedBuffer {
    do throws(PlatformError) {
      if path == "-" { return try Files.readStandardInput(limit: maximumByteCount) }
      let identity = try Files.identity(of: path)
      defer { Files.keepFromChildren(identity) }
      if identity.kind == .pipe {
        return try Files.readPipe(path, limit: maximumByteCount)
      }
      return try Files.read(path, limit: maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error).at(path) }
  }
}
