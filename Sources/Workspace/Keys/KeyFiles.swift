internal import CryptoCore
public import Envelope
internal import Platform

/// Reads files with keys of one kind.
public enum KeyFiles {
  /// A signing key.
  ///
  /// - Throws: `.configuration` when the file holds something else.
  public static func signingIdentity(_ path: String) throws(WorkspaceError) -> SigningIdentity {
    let text = try KeyFileText(path)
    do { return try SigningIdentity(text: text.bytes.bytes) } catch {
      throw WorkspaceError(
        .configuration, error.message, path: path,
        hints: ["make one with 'sealwax keygen --signing -o FILE'"])
    }
  }

  /// A key-encryption key.
  ///
  /// - Throws: `.configuration` when the file holds something else.
  public static func keyEncryptionKey(_ path: String) throws(WorkspaceError) -> KeyEncryptionKey {
    let text = try KeyFileText(path)
    do { return try KeyEncryptionKey(text: text.bytes.bytes) } catch {
      throw WorkspaceError(
        .configuration, error.message, path: path,
        hints: ["make one with 'sealwax keygen --kek -o FILE'"])
    }
  }

  /// Public signing keys: texts, or files with one a line (`#` begins a comment).
  ///
  /// - Throws: `.configuration` when a text is none.
  public static func signers(_ texts: [String]) throws(WorkspaceError) -> [SignatureVerifier] {
    var signers: [SignatureVerifier] = []
    for text in texts {
      if let signer = try? SignatureVerifier(text: text) {
        signers.append(signer)
        continue
      }
      guard !SecretKeyText.isIn(text) else {
        throw WorkspaceError(
          .configuration, "a secret key is no public signing key",
          hints: ["name its public part, which 'sealwax keys --recipients FILE' prints"])
      }
      guard Files.exists(text) else {
        throw WorkspaceError(
          .configuration, "'\(escapedForTerminal(text))' is no public signing key, and no file")
      }
      signers += try read(text)
    }
    return signers
  }

  private static func read(_ path: String) throws(WorkspaceError) -> [SignatureVerifier] {
    let text = try KeyFileText(path).publicText
    var signers: [SignatureVerifier] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.split(separator: " ").first ?? ""
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      do { signers.append(try SignatureVerifier(text: String(line))) } catch {
        throw WorkspaceError(.configuration, error.message, path: path)
      }
    }
    guard !signers.isEmpty else {
      throw WorkspaceError(.configuration, "no public signing key in it", path: path)
    }
    return signers
  }
}
