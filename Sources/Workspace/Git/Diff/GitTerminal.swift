internal import CryptoCore
internal import Platform

/// Whether what git shows goes to a person's terminal.
///
/// Git reads a textconv program's output through a pipe; where git itself writes to decides.
enum GitTerminal {
  /// How far up the git that started us is looked for; a shell may stand between.
  private static let maximumDepth = 4

  /// Whether our output is a terminal, or that of the git that reads it, or that of git's pager.
  static var isReader: Bool {
    if Terminal.isTerminal(1) { return true }
    var process = "self"
    for _ in 0..<maximumDepth {
      guard let parent = parent(of: process) else { return false }
      process = parent
      guard name(of: process) == "git" else { continue }
      return isTerminal(process, 1) || hasPager(process)
    }
    return false
  }

  /// Whether a process writes into a child that writes to a terminal.
  private static func hasPager(_ process: String) -> Bool {
    guard let output = try? Files.identity(of: "/proc/\(process)/fd/1"), output.kind == .pipe,
      let children = read("/proc/\(process)/task/\(process)/children")
    else { return false }
    return children.split(separator: " ").contains { child in
      guard let input = try? Files.identity(of: "/proc/\(child)/fd/0") else { return false }
      return input.kind == .pipe && input.device == output.device && input.inode == output.inode
        && isTerminal(String(child), 1)
    }
  }

  private static func isTerminal(_ process: String, _ descriptor: Int) -> Bool {
    guard let path = try? Files.realPath("/proc/\(process)/fd/\(descriptor)") else { return false }
    return path.hasPrefix("/dev/pts/") || path.hasPrefix("/dev/tty") || path == "/dev/console"
  }

  private static func name(of process: String) -> String? {
    read("/proc/\(process)/comm")?.split(separator: "\n").first.map(String.init)
  }

  private static func parent(of process: String) -> String? {
    read("/proc/\(process)/status")?.split(separator: "\n").first { $0.hasPrefix("PPid:") }?
      .split(whereSeparator: \.isWhitespace).last.map(String.init)
  }

  private static func read(_ path: String) -> String? {
    guard let file = try? Files.read(path, limit: 65_536) else { return nil }
    return String(decoding: [UInt8](copying: file.bytes.bytes), as: UTF8.self)
  }
}
