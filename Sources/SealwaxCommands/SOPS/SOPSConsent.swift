internal import Platform
internal import Workspace

/// The user's answers to what SOPS asks: on the terminal, or line by line from standard input when that
/// leads elsewhere, as in `yes | sops updatekeys FILE`.
struct SOPSConsent {
  /// What standard input has given and was not used yet; nil until it was read.
  private var lines: [Substring]?

  /// As much of standard input as is looked at, in bytes.
  private static let maximumByteCount = 4096

  /// Whether the user agrees.
  ///
  /// - Throws: `.usage` when there is nobody to ask.
  mutating func isGiven() throws(WorkspaceError) -> Bool {
    if Terminal.isTerminal(0) {
      if let answer = try? Terminal.confirm("Is this okay?") { return answer }
    } else {
      if lines == nil { lines = try SOPSConsent.read() }
      var rest = lines ?? []
      let answer = rest.isEmpty ? "" : rest.removeFirst()
      lines = rest
      if ["y", "n"].contains(answer) { return answer == "y" }
    }
    throw WorkspaceError(
      .usage, "nobody says whether this is okay", hints: ["agree with --yes"])
  }

  private static func read() throws(WorkspaceError) -> [Substring] {
    do throws(PlatformError) {
      let input = try InputFile.standardInput()
      var bytes = [UInt8](repeating: 0, count: maximumByteCount)
      var room = bytes.mutableSpan
      let count = try input.read(into: &room)
      return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    } catch { throw WorkspaceError(reading: error) }
  }
}
