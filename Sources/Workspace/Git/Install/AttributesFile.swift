internal import CryptoCore
internal import Platform

/// A file with git's attributes, in which some lines are ours.
struct AttributesFile {
  private static let maximumByteCount = 16 << 20
  private static let begin = "# BEGIN sealwax git install"
  private static let end = "# END sealwax git install"
  private static let advice = "'sealwax git uninstall' takes these lines out"

  let path: String
  /// Whether it is the one in git's folder, which is not committed.
  var isInGitFolder = false

  /// Puts our lines at the end, in the place of those that were there; returns whether anything
  /// changed.
  func write(_ lines: [String]) throws(WorkspaceError) -> Bool {
    let (bytes, identity) = try read()
    var (rest, flag) = Self.without(bytes)
    if flag == nil { flag = identity == nil ? "new" : bytes.last ?? 0x0a == 0x0a ? "" : "joined" }
    let head = Self.begin + (flag.map { $0.isEmpty ? "" : " (\($0))" } ?? "") + ": " + Self.advice
    let separator = rest.last ?? 0x0a == 0x0a ? "" : "\n"
    rest += Array((separator + ([head] + lines + [Self.end]).joined(separator: "\n") + "\n").utf8)
    guard rest != bytes else { return false }
    try replace(rest, identity)
    return true
  }

  /// Takes our lines out, and the file when we made it and nothing is left; returns whether there
  /// were any.
  func remove() throws(WorkspaceError) -> Bool {
    guard Files.exists(path), !isLink else { return false }
    let (bytes, identity) = try read()
    let (rest, flag) = Self.without(bytes)
    guard let flag else { return false }
    if rest.isEmpty, flag == "new" {
      do { try Files.remove(path) } catch { throw WorkspaceError(writing: error) }
    } else {
      try replace(rest, identity)
    }
    return true
  }

  /// Refuses a symbolic link in the worktree: git reads no attributes through one, and whoever wrote
  /// the repository chose where it leads.
  func checkIsNoLink() throws(WorkspaceError) {
    guard isLink else { return }
    throw WorkspaceError(
      .cannotCreate, "it is a symbolic link, through which git reads no attributes", path: path,
      hints: ["put a file there, or use 'sealwax git install --info'"])
  }

  private var isLink: Bool {
    !isInGitFolder && (try? Files.linkIdentity(of: path))?.kind == .symbolicLink
  }

  private func read() throws(WorkspaceError) -> ([UInt8], FileIdentity?) {
    guard Files.exists(path) else { return ([], nil) }
    do {
      let file = try Files.read(path, limit: Self.maximumByteCount, followsLinks: isInGitFolder)
      return ([UInt8](copying: file.bytes.bytes), file.identity)
    } catch { throw WorkspaceError(reading: error).at(path) }
  }

  private func replace(_ bytes: [UInt8], _ identity: FileIdentity?) throws(WorkspaceError) {
    do {
      if identity == nil { try Files.makeFolder(PathParts(path).folder, mode: 0o755) }
      try AtomicFile.write(
        bytes.span, to: path, expecting: identity.map { .unchanged($0) } ?? .absent,
        options: WriteOptions(mode: 0o644))
    } catch { throw WorkspaceError(writing: error).at(path) }
  }

  /// The file without our lines, and what their first one notes; nil when there are none.
  private static func without(_ bytes: [UInt8]) -> (rest: [UInt8], flag: String?) {
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.starts(with: begin.utf8) }),
      let last = lines[first...].firstIndex(where: { $0.starts(with: end.utf8) })
    else { return (bytes, nil) }
    let head = String(decoding: lines[first], as: UTF8.self)
    let flag = ["new", "joined"].first { head.hasPrefix("\(begin) (\($0))") } ?? ""
    var rest = Array(lines[..<first].joined(separator: [0x0a]))
    if first > 0, flag != "joined" || lines.count > last + 2 { rest.append(0x0a) }
    rest += lines[(last + 1)...].joined(separator: [0x0a])
    return (rest, flag)
  }
}
