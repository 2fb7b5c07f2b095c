internal import CryptoCore
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
      guard Destination.staysInside(item.relativePath) else {
        throw WorkspaceError(
          .usage, "its result would lie outside of '\(escapedForTerminal(folder))'",
          path: item.path)
      }
      return PathParts.join(folder, item.relativePath)
    case .file(let path): return path
    case .standardOutput, .nowhere: return nil
    }
  }

  /// Whether a relative path leads nowhere above where it starts: no part of it is `..`.
  private static func staysInside(_ path: String) -> Bool {
    let bytes = path.utf8.span
    guard !bytes.isEmpty, bytes[0] != UInt8(ascii: "/") else { return false }
    var start = 0
    while start < bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: "/"), from: start) ?? bytes.count
      if end - start == 2, bytes[start] == UInt8(ascii: "."), bytes[start + 1] == UInt8(ascii: ".")
      {
        return false
      }
      start = end + 1
    }
    return true
  }
}
