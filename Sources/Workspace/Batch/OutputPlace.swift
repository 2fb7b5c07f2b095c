internal import Platform

/// Where one result goes, as a user names it.
public enum OutputPlace {
  private static let standardOutput = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]

  /// The file that is meant; nil for standard output, by any of its names, and when none is given.
  public static func file(_ place: String?) -> String? {
    guard let place, !standardOutput.contains(place) else { return nil }
    return place
  }

  /// Why no result can take a place, whatever is read from there: nil when nothing or a regular file
  /// is there, or nobody can tell.
  static func refusal(_ path: String) -> WorkspaceError? {
    guard let kind = try? Files.identity(of: path).kind, kind != .regular else { return nil }
    return WorkspaceError(
      .cannotCreate, "cannot write '\(escapedForTerminal(path))': \(name(of: kind))", path: path)
  }

  private static func name(of kind: FileIdentity.Kind) -> String {
    switch kind {
    case .regular: "it is a file"
    case .directory: "it is a directory"
    case .symbolicLink: "it is a symbolic link"
    case .pipe: "it is a pipe (FIFO)"
    case .socket: "it is a socket"
    case .device: "it is a device"
    }
  }
}
