internal import CryptoCore
internal import Platform

/// Git's packet lines on standard input and output (gitprotocol-common, "pkt-line Format").
struct PacketLines: ~Copyable {
  /// The most bytes of one packet, without its length.
  static let maximumByteCount = 65_516

  private let input: InputFile
  private var output = WipedBuffer(capacity: maximumByteCount + 4)

  init() throws(WorkspaceError) {
    do { input = try InputFile.standardInput() } catch { throw WorkspaceError(reading: error) }
  }

  /// What comes next.
  enum Packet {
    case data
    /// The end of a list or of contents.
    case flush
    /// Git is done.
    case end
  }

  /// Reads a packet, and appends its bytes.
  mutating func read(appendingTo bytes: inout WipedBuffer) throws(WorkspaceError) -> Packet {
    var length = WipedBuffer()
    let got = try fill(&length, count: 4)
    guard got > 0 else { return .end }
    guard got == 4, let count = Self.number(length.bytes) else { throw Self.malformed }
    if count == 0 { return .flush }
    guard count >= 4, count <= Self.maximumByteCount + 4 else { throw Self.malformed }
    guard try fill(&bytes, count: count - 4) == count - 4 else { throw Self.malformed }
    return .data
  }

  private func fill(_ bytes: inout WipedBuffer, count: Int) throws(WorkspaceError) -> Int {
    let start = bytes.count
    var got = 0
    do throws(PlatformError) {
      try bytes.append(count: count) { room throws(PlatformError) in
        got = try input.read(into: &room)
      }
    } catch { throw WorkspaceError(reading: error) }
    bytes.truncate(to: start + got)
    return got
  }

  private static func number(_ digits: Span<UInt8>) -> Int? {
    Int(String(decoding: [UInt8](copying: digits), as: UTF8.self), radix: 16)
  }

  /// A list of lines up to its flush; nil at the end of the input.
  mutating func readList() throws(WorkspaceError) -> [[UInt8]]? {
    var lines: [[UInt8]] = []
    while true {
      var line = WipedBuffer()
      switch try read(appendingTo: &line) {
      case .end: return nil
      case .flush: return lines
      case .data:
        // The line feed at the end is git's; one within a path is the path's.
        if line.count > 0, line.bytes[line.count - 1] == 0x0a { line.truncate(to: line.count - 1) }
        lines.append([UInt8](copying: line.bytes))
      }
      guard lines.count <= 1_000 else { throw Self.malformed }
    }
  }

  /// Contents up to their flush.
  mutating func readContents(limit: Int) throws(WorkspaceError) -> WipedBuffer {
    var contents = WipedBuffer()
    while true {
      switch try read(appendingTo: &contents) {
      case .end: throw Self.malformed
      case .flush: return contents
      case .data: break
      }
      guard contents.count <= limit else {
        throw WorkspaceError(.malformed, "git sends a larger file than a manifest can be")
      }
    }
  }

  /// Writes a list of lines and its flush.
  mutating func write(list: [String]) throws(WorkspaceError) {
    for line in list { add(Array("\(line)\n".utf8).span) }
    try flush()
  }

  /// Writes contents and their flush.
  mutating func write(contents: Span<UInt8>) throws(WorkspaceError) {
    var start = 0
    while start < contents.count {
      let end = min(start + Self.maximumByteCount, contents.count)
      add(contents.extracting(start..<end))
      try send()
      start = end
    }
    try flush()
  }

  private mutating func add(_ bytes: Span<UInt8>) {
    let length = String(bytes.count + 4, radix: 16)
    output.append(utf8: String(repeating: "0", count: 4 - length.count) + length)
    output.append(bytes)
  }

  private mutating func flush() throws(WorkspaceError) {
    output.append("0000")
    try send()
  }

  private mutating func send() throws(WorkspaceError) {
    do { try Files.writeStandardOutput(output.bytes) } catch {
      throw WorkspaceError(writing: error)
    }
    output.removeAll()
  }

  private static var malformed: WorkspaceError {
    WorkspaceError(
      .malformed, "standard input is not git's filter protocol",
      hints: ["git runs this: see 'sealwax git install --filter'"])
  }
}
