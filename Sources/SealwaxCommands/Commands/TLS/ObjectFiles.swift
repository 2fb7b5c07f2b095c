internal import ControlPlane
internal import CryptoCore
internal import Platform
internal import Workspace
internal import YAMLSource

/// Objects of a cluster in files.
enum ObjectFiles {
  private static let maximumByteCount = 64 << 20

  /// Reads the objects of files, folders and patterns.
  ///
  /// - Throws: `.malformed` with the place, `.noInput`, ...
  static func read(_ paths: [String]) throws(WorkspaceError) -> [ConfigNode] {
    guard !paths.isEmpty else { return [] }
    var inputs: [String] = []
    var problem: WorkspaceError?
    try InputPaths(paths).forEach { finding in
      switch finding {
      case .item(let item): inputs.append(item.path)
      case .problem(let error): problem = problem ?? error
      case .skipped, .leftover: break
      }
      return problem == nil
    }
    if let problem { throw problem }
    var objects: [ConfigNode] = []
    for path in inputs { objects += try documents(path) }
    return objects
  }

  private static func documents(_ path: String) throws(WorkspaceError) -> [ConfigNode] {
    let text: WipedBuffer
    do throws(PlatformError) {
      text =
        try path == "-"
        ? Files.readStandardInput(limit: maximumByteCount)
        : Files.read(path, limit: maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error).at(path) }
    return try parse(text.bytes, path)
  }

  private static func parse(
    _ text: Span<UInt8>, _ path: String
  ) throws(WorkspaceError) -> [ConfigNode] {
    do throws(ControlPlaneError) { return try ConfigNode.documents(of: text, file: path) } catch {
      throw WorkspaceError(
        .malformed, error.message, path: path,
        position: SourcePosition(
          offset: 0, line: error.place.line, column: error.place.column))
    }
  }
}
