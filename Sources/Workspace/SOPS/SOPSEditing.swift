public import CryptoCore
internal import Platform
public import SOPSFormat

/// Changing a text in the editor that SOPS's variables name, with the plaintext in memory only.
public struct SOPSEditing: Sendable {
  private let editor: [String]

  /// How an editing session ended.
  public enum Outcome: ~Copyable {
    /// The editor left the text as it was.
    case unchanged
    /// The new text, encrypted.
    case encrypted(WipedBuffer)
    /// The editor failed with a status, or could not be started.
    case editorFailed(String)
  }

  /// The editor of SOPS_EDITOR or EDITOR, else vim, nano or vi; nil when there is none.
  public init?() {
    for variable in ["SOPS_EDITOR", "EDITOR"] {
      guard let text = Environment.value(variable), !text.isEmpty else { continue }
      guard let words = ShellWords.split(text), !words.isEmpty else { return nil }
      editor = words
      return
    }
    let folders = (Environment.value("PATH") ?? "").split(separator: ":")
    let program = ["vim", "nano", "vi"].first { name in
      folders.contains { Files.exists(PathParts.join(String($0), name)) }
    }
    guard let program else { return nil }
    editor = [program]
  }

  /// What a new file begins with.
  public static func example(_ store: SOPSStore) -> String {
    switch store {
    case .yaml: "# Edit this file; it is encrypted when you leave the editor.\nkey: value\n"
    case .json: "{\n\t\"key\": \"value\"\n}\n"
    case .dotenv: "# Edit this file; it is encrypted when you leave the editor.\nkey=value\n"
    case .ini: "[section]\nkey = value\n"
    case .binary: "Edit this file; it is encrypted when you leave the editor.\n"
    }
  }

  /// Runs the editor until its text can be encrypted, or the user gives up.
  ///
  /// - Parameters:
  ///   - text: what is edited.
  ///   - name: what the file is called there.
  ///   - encrypt: encrypts the edited text.
  ///   - editAgain: told what is wrong, says whether to edit again.
  /// - Throws: when the user gives up, with what was wrong; when there is no file system in memory.
  public func run(
    _ text: Span<UInt8>, named name: String,
    encrypt: (Span<UInt8>) throws(WorkspaceError) -> WipedBuffer,
    editAgain: (WorkspaceError) -> Bool
  ) throws(WorkspaceError) -> Outcome {
    let folder: PrivateFolder
    do { folder = try PrivateFolder() } catch { throw WorkspaceError(writing: error) }
    defer { folder.remove() }
    do { try folder.write(text, named: name) } catch { throw WorkspaceError(writing: error) }
    let path = folder.path(of: name)
    while true {
      if let failure = runEditor(on: path) { return .editorFailed(failure) }
      do throws(WorkspaceError) {
        let edited = try SOPSEditing.read(path)
        if ConstantTime.equal(edited.bytes, text) { return .unchanged }
        let encrypted = try encrypt(edited.bytes)
        return .encrypted(encrypted)
      } catch {
        guard editAgain(error) else { throw error }
      }
    }
  }

  private static func read(_ path: String) throws(WorkspaceError) -> WipedBuffer {
    do {
      return try Files.read(path, limit: SOPSDocument.maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error) }
  }

  /// Why the editor did not do its work; nil when it did.
  private func runEditor(on path: String) -> String? {
    guard let name = editor.first else { return "no editor" }
    do throws(PlatformError) {
      let status = try ChildProcess.runInForeground(
        ChildProgram(name, arguments: Array(editor.dropFirst()) + [path]))
      return status.isSuccess
        ? nil : "the editor failed with status \(status.shellStatus); nothing was changed"
    } catch { return "the editor cannot be run: \(error.description)" }
  }
}
