internal import CryptoCore
public import Envelope
internal import Manifest
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
  /// When the file cannot be replaced, what was edited is sealed beside it.
  ///
  /// - Parameters:
  ///   - settings: who signs, and whose signatures the file must have; no target.
  ///   - editAgain: told what is wrong, says whether to edit again.
  /// - Throws: when the editor fails, or the user gives up; the file is as it was then.
  public func run(
    _ file: borrowing SealedFile, settings: SealSettings = SealSettings(nil, now: .now),
    editAgain: (WorkspaceError) -> Bool
  ) throws(WorkspaceError) -> Outcome {
    let opened = try file.open(trustedSigners: settings.trustedSigners)
    let folder: PrivateFolder
    do { folder = try PrivateFolder(allowingDisk: allowsDisk) } catch {
      throw WorkspaceError(writing: error)
    }
    defer { folder.remove() }
    let path = folder.path(of: PathParts(file.path).name)
    do { try folder.write(opened.text.bytes, named: PathParts(file.path).name) } catch {
      throw WorkspaceError(writing: error)
    }
    while true {
      try runEditor(on: path)
      var isKept = false
      do throws(WorkspaceError) {
        let edited = try ManifestEditing.read(path)
        if ConstantTime.equal(edited.bytes, opened.text.bytes) { return .unchanged }
        let output = try ManifestEditing.seal(edited.bytes, file, settings, former: opened.units)
        try ManifestEditing.check(output.units, keep: opened.units, path: file.path)
        do throws(WorkspaceError) { try file.write(output.text.bytes) } catch {
          guard let copy = file.writeBeside(output.text.bytes) else { throw error }
          isKept = true
          throw error.hinting(
            "what you edited is sealed in \(escapedForTerminal(copy)): move it over the file")
        }
        return .sealed(output.units)
      } catch {
        // With the plaintext goes the user's work: whatever is wrong, it is theirs to give up.
        guard !isKept, editAgain(error) else { throw error }
      }
    }
  }

  /// Seals; a Secret that was not there before has nothing that says for whom.
  private static func seal(
    _ text: Span<UInt8>, _ file: borrowing SealedFile, _ settings: SealSettings,
    former: [UnitOutcome]
  ) throws(WorkspaceError) -> ManifestOutput {
    do { return try file.seal(text, settings: settings) } catch {
      guard error.isNotSealed, !former.contains(where: { $0.label == error.unit }) else {
        throw error
      }
      throw WorkspaceError(
        .malformed, "it is new, and only what is sealed already can be edited", path: file.path,
        position: error.position, unit: error.unit,
        hints: [
          "put it into a file of its own, or with any other editor into this one, and run "
            + "'sealwax encrypt --in-place'"
        ])
    }
  }

  /// Refuses a text in which a Secret is none any more: its values would be written in plaintext.
  ///
  /// Each must be there under its name, or have a new one where it stood.
  private static func check(
    _ units: [UnitOutcome], keep former: [UnitOutcome], path: String
  ) throws(WorkspaceError) {
    var counts: [UnitIdentity: Int] = [:]
    for unit in units { counts[unit.identity, default: 0] += 1 }
    var missing: [UnitOutcome] = []
    for unit in former {
      guard let count = counts[unit.identity], count > 0 else {
        missing.append(unit)
        continue
      }
      counts[unit.identity] = count - 1
    }
    let newPlaces = Set(units.filter { counts[$0.identity] != 0 }.map(\.place))
    guard let lost = missing.first(where: { !newPlaces.contains($0.place) }) else { return }
    throw WorkspaceError(
      .malformed,
      "\(lost.label) is no Secret any more, and its values would be plaintext", path: path,
      hints: [
        units.count < former.count
          ? "to remove a Secret, take it out of the sealed file with any editor"
          : "a Secret that gets another name stays where it is among the others"
      ])
  }

  private static func read(_ path: String) throws(WorkspaceError) -> WipedBuffer {
    do {
      return try Files.read(path, limit: ManifestFile.maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error) }
  }

  private func runEditor(on path: String) throws(WorkspaceError) {
    let status: ChildStatus
    do {
      status = try ChildProcess.runInForeground(
        ChildProgram("/bin/sh", arguments: ["-c", "\(editor) \"$@\"", editor, path]))
    } catch { throw WorkspaceError(reading: error) }
    guard status.isSuccess else {
      throw WorkspaceError(
        .other, "the editor failed with status \(status.shellStatus); nothing was changed",
        hints: ["choose another with --editor, SEALWAX_EDITOR, VISUAL or EDITOR"])
    }
  }
}
