internal import CryptoCore
public import Envelope
internal import Platform

/// Remembers when a long run began, so that the same command goes on where it was cut short.
///
/// A file in the user's state folder (XDG Base Directory Specification), named after the command's
/// digest; it holds a time and nothing else. Where there is no such folder nothing is remembered, and
/// the same command does its work anew.
public struct RunJournal: Sendable {
  /// When the run began: what it makes is stamped with this time or a later one.
  public let start: SealTime
  /// Whether an earlier run of the same command did not come to its end.
  public let isResumed: Bool
  private let path: String?

  /// The longest that a run is remembered, in seconds.
  private static let lifetime = 7 * 24 * 3600
  /// How far a clock may have been off, in seconds; dates further in the future count as false.
  private static let clockError = 24 * 3600

  /// Begins a run, or takes up the one that was cut short.
  ///
  /// - Parameters:
  ///   - command: The command with all that makes it this one; only a digest of it is kept.
  ///   - isNew: Forgets an earlier run.
  public init(command: [String], isNew: Bool) {
    path = Self.path(of: command)
    let now = WallClock.seconds()
    if !isNew, let path, let found = Self.read(path, now: now) {
      (start, isResumed) = (found, true)
      return
    }
    // Later than whatever was made before, by encrypt in this very second or by another run.
    let seconds = max(now, Self.lastSeconds() ?? 0) + 1
    start = SealTime(WallClock.timestamp(of: seconds)) ?? .now
    isResumed = false
    if let path {
      Self.write("\(start.text)\n", to: path)
      Self.write("\(seconds)\n", to: PathParts.join(PathParts(path).folder, Self.lastName))
    }
  }

  /// Whether a run of this command was cut short.
  static func isOpen(command: [String]) -> Bool {
    path(of: command).flatMap { read($0, now: WallClock.seconds()) } != nil
  }

  private static let lastName = "last-run"

  /// When the last run began, in seconds since 1970.
  private static func lastSeconds() -> Int? {
    stateFolder.flatMap { text(PathParts.join($0, lastName)) }.flatMap { text in
      // A clock that went wrong once is not to be believed for ever.
      Int(text).flatMap { $0 < WallClock.seconds() + clockError ? $0 : nil }
    }
  }

  private static func write(_ text: String, to path: String) {
    let bytes = Array(text.utf8)
    try? Files.makeFolder(PathParts(path).folder, mode: 0o700)
    try? AtomicFile.write(
      bytes.span, to: path, expecting: .anything, options: WriteOptions(mode: 0o600))
  }

  /// The first line of a small file.
  private static func text(_ path: String) -> String? {
    guard let file = try? Files.read(path, limit: 64) else { return nil }
    let bytes = file.bytes.bytes
    let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    return String(text.prefix { $0 != "\n" })
  }

  /// The run has come to its end.
  public func finish() {
    guard let path, (try? Files.remove(path)) == nil, Files.exists(path) else { return }
    // What stays there must not look like a run that was cut short.
    Self.write("ended\n", to: path)
  }

  private static func read(_ path: String, now: Int) -> SealTime? {
    guard let identity = try? Files.identity(of: path),
      now - identity.modified.seconds < lifetime
    else { return nil }
    return text(path).flatMap { SealTime($0) }
  }

  private static func path(of command: [String]) -> String? {
    guard let folder = stateFolder, let here = try? Files.workingDirectory() else { return nil }
    var bytes: [UInt8] = []
    for part in [here] + command {
      bytes += Array("\(part.utf8.count):".utf8)
      bytes += Array(part.utf8)
    }
    let digest = SHA256.hash(public: Array("sealwax run".utf8).span, bytes.span)
    let name = digest.bytes.indices.prefix(16).map { index in
      let byte = digest.bytes[index]
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    return PathParts.join(folder, "run-\(name)")
  }

  private static var stateFolder: String? {
    if let state = Environment.value("XDG_STATE_HOME"), state.hasPrefix("/") {
      return PathParts.join(state, "sealwax")
    }
    guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
    return PathParts.join(home, ".local/state/sealwax")
  }
}
