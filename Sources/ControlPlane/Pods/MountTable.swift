/// Where the files that a container sees lie on its node.
public struct MountTable: Sendable {
  /// A volume mounted into a container.
  public struct Mount: Sendable {
    /// The path in the container, without `.`, `..` and double slashes.
    public let path: String
    /// The folder or file of the node that is mounted there; nil when the volume is none of the
    /// node's.
    public let hostPath: String?
    /// What kind of volume it is: `hostPath`, `emptyDir`, `secret`...; empty when there is none of
    /// its name.
    public let volumeKind: String
    /// Whether the container cannot write to it.
    public let isReadOnly: Bool
    /// Where the mount stands.
    public let place: Place
  }

  /// A file of the node, seen through a mount.
  public struct Location: Sendable {
    /// The path on the node; nil when the file is in the image, or in a volume of another kind.
    public let path: String?
    /// The mount that it is seen through; nil for the container's own files and for a process of the
    /// node.
    public let mount: Mount?
  }

  /// The mounts; nil for a process that runs on the node itself.
  public let mounts: [Mount]?

  /// A process of the node sees the node's files.
  public static let none = MountTable(mounts: nil)

  init(mounts: [Mount]?) { self.mounts = mounts }

  /// Where a path of the container is on the node: the longest mount over it counts.
  ///
  /// - Parameter path: Relative paths begin at the root folder, as these images have it.
  public func location(of path: String) -> Location {
    let path = MountTable.clean(path)
    guard let mounts else { return Location(path: path, mount: nil) }
    var covering: Mount?
    for mount in mounts where MountTable.covers(mount.path, path) {
      if mount.path.utf8.count >= covering?.path.utf8.count ?? 0 { covering = mount }
    }
    guard let covering else { return Location(path: nil, mount: nil) }
    let rest = covering.path == "/" ? path[...] : path.dropFirst(covering.path.count)
    let host = covering.hostPath.map { MountTable.clean("\($0)/\(rest)") }
    return Location(path: host, mount: covering)
  }

  private static func covers(_ mount: String, _ path: String) -> Bool {
    path == mount || mount == "/" || path.hasPrefix(mount + "/")
  }

  /// An absolute path without `.`, `..`, double slashes and a slash at its end.
  public static func clean(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }
}
