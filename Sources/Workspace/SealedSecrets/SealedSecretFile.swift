public import CryptoCore
internal import Envelope
internal import Platform
public import SealedSecretFormat
public import YAMLSource

/// One SealedSecret's file that values are put into.
public enum SealedSecretFile {
  /// Merges the values of a Secret's manifest into a file with a SealedSecret, in its place.
  ///
  /// - Parameter syntax: what the file has to be written in; nil for any.
  /// - Returns: what became of the file; when that failed, it is as it was.
  public static func merge(
    _ secretPath: String, into path: String, by editor: SealedSecretEditor,
    expecting expected: SealedSecretEditor.Expected, in syntax: SourceSyntax? = nil
  ) -> FileReport {
    do throws(WorkspaceError) {
      let secret = try ManifestFile.read(secretPath)
      let file = try ManifestFile.read(path)
      guard let identity = file.identity else {
        throw WorkspaceError(.usage, "--merge-into names a file")
      }
      if let syntax, let tree = try? SourceTree.parse(file.text.bytes), tree.syntax != syntax {
        throw WorkspaceError(
          .usage, "--merge-into keeps the file's own syntax, and --format names another one",
          path: path, hints: ["leave out --format"])
      }
      let output: SealedSecretOutput
      do {
        output = try editor.merge(secret.text.bytes, into: file.text.bytes, expecting: expected)
      } catch {
        throw WorkspaceError(error, path: isOfSecret(error) ? secretPath : path)
      }
      let units = output.outcomes.map(SealedSecretTask.unit)
      guard output.isChanged else {
        return FileReport(path: path, result: .unchanged, units: units)
      }
      do {
        try AtomicFile.write(output.text.bytes, to: path, expecting: .unchanged(identity))
      } catch { throw WorkspaceError(writing: error).at(path) }
      return FileReport(path: path, result: .written(to: path), units: units)
    } catch { return FileReport(path: path, result: .failed(error), units: []) }
  }

  private static func isOfSecret(_ error: SealedSecretError) -> Bool {
    error.code == .noData || error.code == .sealedOtherwise
  }

  /// One value sealed by itself, in Base64: what goes under `encryptedData`.
  ///
  /// - Throws: `.other` when OpenSSL fails, `.malformed` for more than 16 MiB.
  public static func raw(
    _ value: borrowing WipedBuffer, key: RSAOAEP.PublicKey, label: [UInt8]
  ) throws(WorkspaceError) -> WipedBuffer {
    var sealed = WipedBuffer()
    do throws(SealedSecretError) {
      try SealedValue.seal(value.bytes, for: key, label: label.span, appendingTo: &sealed)
    } catch { throw WorkspaceError(error, path: nil) }
    var text = WipedBuffer()
    Base64.encode(sealed.bytes, appendingTo: &text)
    return text
  }
}
