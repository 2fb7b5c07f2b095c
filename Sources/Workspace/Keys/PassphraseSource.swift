public import CryptoCore
internal import Platform

/// Where passphrases come from: a file, else the terminal.
public struct PassphraseSource: Sendable {
  private let file: String?
  private let mayAsk: Bool

  /// - Parameters:
  ///   - file: a file whose first line is the passphrase; nil to ask on the terminal.
  ///   - mayAsk: whether to ask at all.
  public init(file: String?, mayAsk: Bool = true) {
    self.file = file
    self.mayAsk = mayAsk
  }

  /// A passphrase that exists.
  ///
  /// - Parameter what: what it opens, fit for a terminal.
  public func passphrase(for what: String) throws(WorkspaceError) -> SecretBytes {
    if let file { return try PassphraseSource.read(file) }
    guard mayAsk else { throw WorkspaceError(.noIdentity, "\(what) needs a passphrase") }
    do { return try Terminal.readPassphrase(prompt: "Passphrase for \(what): ") } catch {
      throw WorkspaceError(reading: error)
    }
  }

  /// A passphrase that is made up now, asked for twice.
  ///
  /// - Throws: `.usage` when it is empty or the two differ.
  public func newPassphrase(for what: String) throws(WorkspaceError) -> SecretBytes {
    if let file { return try PassphraseSource.read(file) }
    do throws(PlatformError) {
      let first = try Terminal.readPassphrase(prompt: "New passphrase for \(what): ")
      let second = try Terminal.readPassphrase(prompt: "The same again: ")
      if first.count > 0, first.isEqual(to: second) { return first }
    } catch { throw WorkspaceError(reading: error) }
    throw WorkspaceError(.usage, "the passphrases are empty or differ")
  }

  private static func read(_ path: String) throws(WorkspaceError) -> SecretBytes {
    let text = try KeyFileText(path)
    let bytes = text.bytes.bytes
    var end = 0
    while end < bytes.count, bytes[end] != 0x0a { end += 1 }
    if end > 0, bytes[end - 1] == 0x0d { end -= 1 }
    guard end > 0 else {
      throw WorkspaceError(
        .malformed, "the file's first line, the passphrase, is empty", path: path)
    }
    do { return try SecretBytes(copying: bytes.extracting(..<end)) } catch {
      throw WorkspaceError(.other, "no memory for a passphrase")
    }
  }
}
