internal import ControlPlane

/// Finds the files that others refer to, among those that are given.
///
/// A path on a node may be somewhere else here: in a copy of the node's files, `backup/etc/...`.
struct FileIndex: Sendable {
  private var files: [String: [[Substring]]] = [:]
  private var names: [String: [String]] = [:]
  private var all: Set<String>

  /// Of more files with one name only the exact path is found.
  private static let maximumCandidateCount = 1000

  /// Takes the files' paths, as they were named.
  init(_ paths: [String]) {
    all = Set(paths)
    for path in paths {
      let parts = path.split(separator: "/")
      guard let last = parts.last else { continue }
      files[String(last), default: []].append(parts)
      names[String(last), default: []].append(path)
    }
  }

  /// The file that a path on the node means; nil when it is not among them.
  ///
  /// Of several, the one that shares the most of the path's end, then of the beginning with the file
  /// that refers to it. One whose name alone fits does not count, unless it is in the same folder.
  func find(_ path: String, from file: String) -> String? {
    let isRelative = !path.hasPrefix("/")
    let folder = file.split(separator: "/").dropLast()
    let wanted =
      isRelative
      ? MountTable.clean((folder + path.split(separator: "/")).joined(separator: "/"))
        .split(separator: "/") : path.split(separator: "/")
    let exact = (file.hasPrefix("/") || !isRelative ? "/" : "") + wanted.joined(separator: "/")
    if all.contains(exact) { return exact }
    guard let last = wanted.last, let candidates = files[String(last)],
      let paths = names[String(last)]
    else { return nil }
    var best: (score: (Int, Int), path: String)?
    for (parts, name) in zip(candidates, paths).prefix(Self.maximumCandidateCount) {
      let tail = zip(parts.reversed(), wanted.reversed()).prefix { $0 == $1 }.count
      let head = zip(parts, folder).prefix { $0 == $1 }.count
      let isWhole = tail == wanted.count && tail == parts.count
      let isNear = Array(parts.dropLast()) == Array(folder)
      guard isWhole || (!isRelative && tail >= 2) || isNear else { continue }
      let score = (isWhole ? Int.max : tail, head)
      if best.map({ $0.score < score }) ?? true { best = (score, name) }
    }
    return best?.path
  }
}
