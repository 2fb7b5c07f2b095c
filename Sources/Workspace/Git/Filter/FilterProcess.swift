internal import CryptoCore
internal import Platform

/// The long-running filter: one process for all files of a git command (gitattributes(5), "Long
/// Running Filter Process", protocol version 2).
public struct FilterProcess: ~Copyable {
  /// The largest file that is taken, in bytes; those that are no manifests pass.
  private static let maximumByteCount = 1 << 30

  private var filter: SealFilter
  private var packets: PacketLines

  /// A process on standard input and output.
  public init(_ filter: consuming SealFilter) throws(WorkspaceError) {
    packets = try PacketLines()
    self.filter = filter
  }

  /// Serves git until it is done.
  ///
  /// - Parameters:
  ///   - report: told why a file failed, which git is told too.
  ///   - note: told what the user should know.
  /// - Throws: when git does not keep to the protocol, or goes away.
  public mutating func run(
    report: (WorkspaceError) -> Void, note: (String) -> Void
  ) throws(WorkspaceError) {
    try greet()
    while let request = try packets.readList() {
      let contents = try packets.readContents(limit: Self.maximumByteCount)
      let fields = Self.fields(request)
      do throws(WorkspaceError) {
        let result = try answer(fields, contents.bytes)
        try packets.write(list: ["status=success"])
        try packets.write(contents: result.bytes)
        try packets.write(list: [])
      } catch {
        guard error.kind != .inputOutput else { throw error }
        report(error)
        try packets.write(list: ["status=error"])
      }
      for text in filter.takeNotes() { note(text) }
    }
  }

  private mutating func answer(
    _ fields: [String: String], _ contents: Span<UInt8>
  ) throws(WorkspaceError) -> WipedBuffer {
    guard let command = fields["command"], let path = fields["pathname"] else {
      throw WorkspaceError(.malformed, "git names no file that it wants filtered")
    }
    switch command {
    case "clean": return try filter.clean(contents, path: path)
    case "smudge": return filter.smudge(contents, path: path)
    default: throw WorkspaceError(.usage, "git asks for something else than clean and smudge")
    }
  }

  private mutating func greet() throws(WorkspaceError) {
    guard let hello = try packets.readList(), hello.first == Array("git-filter-client".utf8),
      hello.contains(Array("version=2".utf8))
    else {
      throw WorkspaceError(
        .usage, "this is run by git, which greets it with 'git-filter-client'",
        hints: ["see 'sealwax git install --filter'"])
    }
    try packets.write(list: ["git-filter-server", "version=2"])
    let offered = try packets.readList() ?? []
    let known = ["capability=clean", "capability=smudge"]
    try packets.write(list: known.filter { offered.contains(Array($0.utf8)) })
  }

  private static func fields(_ lines: [[UInt8]]) -> [String: String] {
    var fields: [String: String] = [:]
    for line in lines {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      // A path that is no UTF-8 cannot be looked up in a policy: the file then fails.
      fields[String(decoding: line[..<equals], as: UTF8.self)] =
        String(validating: line[(equals + 1)...], as: UTF8.self)
    }
    return fields
  }
}
