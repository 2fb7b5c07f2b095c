internal import Workspace

/// What of a command line reads standard input.
enum StandardInputUse {
  /// Refuses standard input for more than one thing.
  ///
  /// - Parameters:
  ///   - paths: What is worked on.
  ///   - options: The names of options that were given `-`.
  /// - Throws: `.usage`, which names them.
  static func check(_ paths: [String], _ options: [String]...) throws(WorkspaceError) {
    let uses =
      options.flatMap(\.self) + paths.filter { $0 == "-" }.prefix(1).map { _ in "the input" }
    guard uses.count > 1 else { return }
    throw WorkspaceError(
      .usage, "standard input is wanted twice: by " + uses.joined(separator: " and by "),
      hints: ["'-' can stand for one of them only: name files for the others"])
  }

  /// The name of an option as often as it was given `-`.
  static func of(_ name: String, _ values: [String?]) -> [String] {
    values.filter { $0 == "-" }.map { _ in name }
  }
}
