internal import Platform

/// Where the results of a batch go.
public enum Destination: Sendable, Equatable {
  /// Into the files themselves.
  case inPlace
  /// Into a folder, under the same names.
  case folder(String)
  /// Into one file.
  case file(String)
  /// Nowhere: what would be done is told.
  case nowhere
  /// To standard output, when all went well.
  case standardOutput

  /// The file that an item's result goes to; nil for standard output.
  ///
  /// - Throws: `.usage` when it would lie outside the folder that results go to.
  func path(for item: InputItem) throws(WorkspaceError) -> String? {
    switch self {
    case .inPlace: return item.isStandardInput ? nil : item.path
    case .folder(let folder):
      let names = item.relativePath.utf8.split(separator: 0x2f, omittingEmptySubsequences: false)
      guard names.first?.isEmpty == false, !names.contains(where: { Substring($0) == ".." }) else {
        throw WorkspaceError(
          .usage, "its result would lie outside of '\(escapedForTerminal(folder))'",
          path: item.path)
      }
      return PathParts.join(folder, item.relativePath)
    case .file(let path): return path
    case .standardOutput, .nowhere: return nil
    }
  }
}
