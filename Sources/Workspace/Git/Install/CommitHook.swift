internal import CryptoCore
internal import Platform

/// A hook in front of commits; one that was there before is kept beside it, and runs first.
struct CommitHook {
  /// The hooks that there are: git runs another one for what a merge without conflicts brings.
  static let names = ["pre-commit", "pre-merge-commit"]
  private static let mark = "# Installed by 'sealwax git install'"

  /// The folder of the hooks.
  let folder: String
  /// Which of the names.
  let name: String

  private var keptName: String { "\(name).sealwax-kept" }
  private var path: String { PathParts.join(folder, name) }
  private var keptPath: String { PathParts.join(folder, keptName) }

  /// Writes the hook; returns whether anything changed.
  ///
  /// - Throws: `.cannotCreate` when somebody put another hook in the place of ours, while the one
  ///   from before is still kept.
  func install(program: String) throws(WorkspaceError) -> Bool {
    let script = script(program)
    let found = Files.exists(path) ? try text() : nil
    if found == script { return false }
    do throws(PlatformError) {
      try Files.makeFolder(folder, mode: 0o755)
      if let found, !found.contains(Self.mark) { try Files.rename(path, to: keptPath) }
      try AtomicFile.write(
        Array(script.utf8).span, to: path, expecting: .anything,
        options: WriteOptions(mode: 0o755))
    } catch { throw WorkspaceError(writing: error).at(path) }
    return true
  }

  /// Takes our hook out and puts the one from before into its place; returns whether it was ours.
  func uninstall() throws(WorkspaceError) -> Bool {
    guard Files.exists(path), try text().contains(Self.mark) else { return false }
    do throws(PlatformError) {
      try Files.remove(path)
      if Files.exists(keptPath) { try Files.rename(keptPath, to: path) }
    } catch { throw WorkspaceError(writing: error).at(path) }
    return true
  }

  /// The hook that is there; empty for what is no text that we could have written.
  private func text() throws(WorkspaceError) -> String {
    do throws(PlatformError) {
      let identity = try Files.linkIdentity(of: path)
      guard identity.kind == .regular, identity.size < 65_536 else { return "" }
      let file = try Files.read(path, limit: 65_536)
      return String(decoding: [UInt8](copying: file.bytes.bytes), as: UTF8.self)
    } catch { throw WorkspaceError(reading: error).at(path) }
  }

  private func script(_ program: String) -> String {
    """
    #!/bin/sh
    \(Self.mark); 'sealwax git uninstall' takes it out.
    # A hook that was here before is kept in \(keptName), and runs first.
    kept="${0%/*}/\(keptName)"
    if [ -x "$kept" ]; then
      "$kept" "$@" || exit $?
    fi
    exec \(ShellText.quoted(program)) git precommit --staged

    """
  }
}

/// Texts for a shell.
public enum ShellText {
  /// Whether a word means itself, and cannot be taken for an option.
  public static func isPlain(_ word: String) -> Bool {
    !word.isEmpty && !word.hasPrefix("-")
      && word.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+": true
        default: false
        }
      }
  }

  /// A word as it is: plain, or in single quotes.
  static func quoted(_ word: String) -> String {
    if isPlain(word) { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
