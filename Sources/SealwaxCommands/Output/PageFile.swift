internal import Platform
internal import Workspace

/// A page that a report is written to.
enum PageFile {
  /// Writes it, whole or not at all.
  static func write(_ page: String, to path: String) throws(WorkspaceError) {
    let bytes = Array(page.utf8)
    do throws(PlatformError) {
      try AtomicFile.write(bytes.span, to: path, expecting: .anything)
    } catch {
      throw WorkspaceError(writing: error).at(path)
    }
  }
}
