internal import CryptoCore
public import Envelope
internal import Platform

/// Changing a sealed manifest in the user's own editor.
///
/// The plaintext is nowhere but in memory: in a folder of a file system in memory that only this user
/// can enter, wiped afterwards. The sealed file stays until the new text has been sealed.
public struct ManifestEditing: Sendable {
  private let editor: String
  private let allowsDisk: Bool

  /// How an editing session ended.
  public enum Outcome: Sendable {
    /// The editor left the text as it was.
    case unchanged
    /// The new text was sealed and written.
    case sealed([UnitOutcome])
  }

  /// - Parameters:
  ///   - editor: a command, with arguments if it needs any; run by the shell.
  ///   - allowsDisk: whether plaintext may lie on a disk when there is no file system in memory.
  public init(editor: String, allowsDisk: Bool) {
    self.editor = editor
    self.allowsDisk = allowsDisk
  }

  /// Runs the editor until its text can be sealed, or the user gives up.
  ///
  /// - Parameter editAgain: told what is wrong with the text, says whether to edit again.
  /// - Throws: when the editor fails, or the user gives up; the file is as it was then.
  public func run(
    _ file: borrowing SealedFile, editAgain: (WorkspaceError) -> Bool
  ) throws(WorkspaceError) -> Outcome {
    let opened = try file.open()
    let folder: PrivateFolder
    do { folder = try PrivateFolder(allowingDisk: allowsDisk) } catch {
      throw WorkspaceError(writing: error)
    }
    defer { folder.remove() }
    let name = PathParts(file.path).name
    do { try folder.write(opened.text.bytes, named: name) } catch {
      throw WorkspaceError(writing: error)
    }
    while true {
      try runEditor(on: folder.path(of: name))
      let edited: FileSnapshot
      do {
        edited = try Files.read(folder.path(of: name), limit: ManifestFile.maximumByteCount)
      } catch { throw WorkspaceError(reading: error) }
      let text = edited.bytes.bytes
      if ConstantTime.equal(text, opened.text.bytes) { return .unchanged }
      do throws(WorkspaceError) {
        let output = try file.seal(text)
        try file.write(output.text.bytes)
        return .sealed(output.units)
      } catch {
        // What another program did to the file does not get better by editing.
        guard error.kind == .malformed || error.kind == .configuration, editAgain(error) else {
          throw error
        }
      }
    }
  }

  private func runEditor(on path: String) throws(WorkspaceError) {
    var environment = ChildEnvironment()
    for name in KeyVariables.all { environment.remove(name) }
    let status: ChildStatus
    do {
      status = try ChildProcess.runInForeground(
        ChildProgram("/bin/sh", arguments: ["-c", "\(editor) \"$@\"", editor, path]),
        environment: environment)
    } catch { throw WorkspaceError(reading: error) }
    guard status.isSuccess else {
      throw WorkspaceError(
        .other, "the editor failed with status \(status.shellStatus); nothing was changed",
        hints: ["choose another with --editor, SEALWAX_EDITOR, VISUAL or EDITOR"])
    }
  }
}
