internal import CryptoCore
public import Envelope
internal import Findings
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

  /// The day on which a key was made, as a comment in its file says it (`# created: 2026-01-31T...`);
  /// nil when none does.
  static func created(_ path: String) -> CalendarDate? {
    guard let text = try? KeyFileText(path) else { return nil }
    return created(in: text.bytes.bytes)
  }

  private static func created(in text: Span<UInt8>) -> CalendarDate? {
    let mark = Array("# created: ".utf8)
    var start = 0
    while start + mark.count + 10 <= text.count {
      if text.extracting(start..<start + mark.count).isSame(as: mark.span) {
        let day = text.extracting(start + mark.count..<start + mark.count + 10)
        return CalendarDate(String(decoding: [UInt8](copying: day), as: UTF8.self))
      }
      while start < text.count, text[start] != 0x0a { start += 1 }
      start += 1
    }
    return nil
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
    try signers(inText: try KeyFileText(path).publicText, path)
  }

  /// The public signing keys in the text of a file.
  ///
  /// - Throws: `.configuration` when a line is none, or there is none.
  static func signers(
    inText text: String, _ path: String
  ) throws(WorkspaceError) -> [SignatureVerifier] {
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
