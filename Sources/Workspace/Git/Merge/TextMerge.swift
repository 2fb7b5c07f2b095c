internal import CryptoCore
internal import Platform

/// Git's own three-way merge of a text, `git merge-file`.
struct TextMerge {
  let markerSize: Int
  let labels: MergeLabels

  /// What came of it.
  struct Result: ~Copyable {
    let text: WipedBuffer
    let conflictCount: Int
  }

  /// Merges; the texts go to git through files in memory.
  func merge(
    base: Span<UInt8>, ours: Span<UInt8>, theirs: Span<UInt8>
  ) throws(WorkspaceError) -> Result {
    let result: ChildResult
    do throws(PlatformError) {
      let ourFile = try MemoryFile(named: "ours", contents: ours)
      let baseFile = try MemoryFile(named: "base", contents: base)
      let theirFile = try MemoryFile(named: "theirs", contents: theirs)
      result = try run([
        3: ourFile.descriptor, 4: baseFile.descriptor, 5: theirFile.descriptor,
      ])
    } catch { throw WorkspaceError(reading: error) }
    // 0 to 127 is the number of conflicts.
    guard case .exited(let count) = result.status, (0...127).contains(count) else {
      throw Self.failure(result)
    }
    return Result(text: result.takeOutput(), conflictCount: Int(count))
  }

  private static func failure(_ result: borrowing ChildResult) -> WorkspaceError {
    let text = String(decoding: [UInt8](copying: result.errors.bytes), as: UTF8.self)
    return WorkspaceError(.inputOutput, "git merge-file failed: \(escapedForTerminal(text))")
  }

  private func run(_ passed: [Int32: Int32]) throws(PlatformError) -> ChildResult {
    try ChildProcess.run(
      ChildProgram(
        "git",
        arguments: [
          "merge-file", "-p", "-q", "--marker-size=\(markerSize)", "-L", labels.ours, "-L",
          labels.base, "-L", labels.theirs, "/proc/self/fd/3", "/proc/self/fd/4",
          "/proc/self/fd/5",
        ]), passed: passed, environment: try GitProgram.environment())
  }
}
