internal import ControlPlane

/// Finds the files that others refer to, among those that are given.
///
/// A path on a node may be somewhere else here: in a copy of the node's files, `backup/etc/...`.
struct FileIndex: Sendable {
  /// By their last part: only files that somebody may mean.
  private var files: [Substring: [String]] = [:]
  private var all: Set<String> = []
  private var links: [String: String] = [:]

  /// Of more files with one name only the exact path is found.
  private static let maximumCandidateCount = 1000

  /// Takes the files' paths, as they were named, and those of links to them, as far as references may
  /// lead to them.
  init(_ paths: [String], _ links: [String: String], for references: [Inventory.Reference]) {
    let wanted = Set(
      references.compactMap { Self.parts(of: $0.path, from: $0.place.file).last.map(String.init) })
    guard !wanted.isEmpty else { return }
    self.links = links
    for path in paths + links.keys.sorted() {
      guard let name = path.split(separator: "/").last, wanted.contains(String(name)) else {
        continue
      }
      files[name, default: []].append(path)
      all.insert(path)
    }
  }

  /// A path's parts; of a relative one behind those of the folder of the file that refers to it.
  private static func parts(of path: String, from file: String) -> [Substring] {
    let parts = path.split(separator: "/")
    guard !path.hasPrefix("/") else { return parts }
    let folder = file.split(separator: "/").dropLast()
    return MountTable.clean((folder + parts).joined(separator: "/")).split(separator: "/")
  }

  /// The file that a path on the node means; nil when it is not among them.
  ///
  /// Of several, the one that shares the most of the path's end, then of the beginning with the file
  /// that refers to it. One whose name alone fits does not count, unless it is in the same folder.
  func find(_ path: String, from file: String) -> String? {
    let isRelative = !path.hasPrefix("/")
    let folder = file.split(separator: "/").dropLast()
    let wanted = Self.parts(of: path, from: file)
    let exact = (file.hasPrefix("/") || !isRelative ? "/" : "") + wanted.joined(separator: "/")
    if all.contains(exact) { return links[exact] ?? exact }
    guard let last = wanted.last, let candidates = files[last] else { return nil }
    var best: (score: (Int, Int), path: String)?
    for name in candidates.prefix(Self.maximumCandidateCount) {
      let parts = name.split(separator: "/")
      let tail = zip(parts.reversed(), wanted.reversed()).prefix { $0 == $1 }.count
      let head = zip(parts, folder).prefix { $0 == $1 }.count
      let isWhole = tail == wanted.count && tail == parts.count
      let isNear = Array(parts.dropLast()) == Array(folder)
      guard isWhole || (!isRelative && tail >= 2) || isNear else { continue }
      let score = (isWhole ? Int.max : tail, head)
      if best.map({ $0.score < score }) ?? true { best = (score, name) }
    }
    return best.map { links[$0.path] ?? $0.path }
  }
}
