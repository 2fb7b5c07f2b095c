internal import CryptoCore
internal import Platform

/// Reads objects of a repository through one `git cat-file --batch`.
struct BlobReader: ~Copyable {
  /// An object that git has.
  struct Object {
    /// `blob`, `tree`, `commit` or `tag`.
    let kind: Substring
    /// In bytes.
    let size: Int
  }

  private var child: ChildProcess
  private var buffer = WipedBuffer()
  private var start = 0

  /// How many may be asked for ahead: git must never wait for us to read while we wait for it to,
  /// and so many names fit into the smallest pipe (4,096 bytes).
  static let maximumAhead = 48
  /// The longest line in front of an object: git repeats the name of one that is not there.
  private static let maximumHeaderByteCount = 1 << 16

  init(in folder: String) throws(WorkspaceError) {
    child = try GitCalls.start(["cat-file", "--batch"], in: folder, takesInput: true)
  }

  /// Takes over a `git cat-file --batch` that was started in another way.
  init(_ child: consuming ChildProcess) { self.child = child }

  /// The file of a name such as `HEAD:PATH`; nil when there is none.
  ///
  /// - Parameter terminator: What ends names, 0 with `-z`.
  /// - Throws: also for a file of more than `limit` bytes.
  mutating func contents(
    of name: String, limit: Int, terminator: UInt8 = 0x0a
  ) throws(WorkspaceError) -> WipedBuffer? {
    try request(Array(name.utf8) + [terminator])
    let lineBreaks = terminator == 0x0a ? 0 : name.utf8.count { $0 == 0x0a }
    guard let object = try nextObject(lineBreaks: lineBreaks) else { return nil }
    guard object.size <= limit else {
      throw WorkspaceError(reading: PlatformError(.tooLarge, "read from", path: "git"))
    }
    var contents = WipedBuffer(capacity: object.size)
    try read(object.size, appendingTo: &contents)
    try finishObject()
    guard object.kind == "blob" else { return nil }
    return contents
  }

  /// Asks for objects: their names, a line feed behind each.
  mutating func request(_ objects: [UInt8]) throws(WorkspaceError) {
    do { try child.write(objects.span) } catch { throw GitCalls.failure(error) }
  }

  /// The next object that was asked for; nil when it is not there.
  ///
  /// - Parameter lineBreaks: How many the name has: git repeats it when there is no such object.
  mutating func nextObject(lineBreaks: Int = 0) throws(WorkspaceError) -> Object? {
    let fields = try nextHeader().split(separator: " ", omittingEmptySubsequences: false)
    if fields.count == 3, fields[0].utf8.count >= 40,
      fields[0].utf8.allSatisfy(Self.isHexadecimal), let size = Int(fields[2]), size >= 0
    {
      return Object(kind: fields[1], size: size)
    }
    var last = fields.last
    for _ in 0..<lineBreaks { last = try nextHeader().split(separator: " ").last }
    guard last == "missing" || last == "ambiguous" else { throw Self.failed }
    return nil
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }

  private mutating func nextHeader() throws(WorkspaceError) -> String {
    var length: Int?
    while true {
      length = headerLength()
      if length != nil { break }
      guard buffer.count - start < Self.maximumHeaderByteCount, try fill() > 0 else {
        throw Self.failed
      }
    }
    let end = start + (length ?? 0)
    defer { start = end + 1 }
    return header(upTo: end)
  }

  private func headerLength() -> Int? {
    let bytes = buffer.bytes
    var index = start
    while index < bytes.count {
      if bytes[index] == 0x0a { return index - start }
      index += 1
    }
    return nil
  }

  private func header(upTo end: Int) -> String {
    let line = buffer.bytes.extracting(start..<end)
    return String(decoding: line.indices.map { line[$0] }, as: UTF8.self)
  }

  /// Appends exactly `count` bytes of the object.
  mutating func read(_ count: Int, appendingTo output: inout WipedBuffer) throws(WorkspaceError) {
    let buffered = min(count, buffer.count - start)
    output.append(buffer.bytes.extracting(start..<start + buffered))
    start += buffered
    var missing = count - buffered
    while missing > 0 {
      // Small ones come many at a time.
      guard missing < 1 << 15 else {
        let got: Int
        do { got = try child.read(atMost: missing, appendingTo: &output) } catch {
          throw GitCalls.failure(error)
        }
        guard got > 0 else { throw Self.failed }
        missing -= got
        continue
      }
      guard try fill() > 0 else { throw Self.failed }
      let got = min(missing, buffer.count - start)
      output.append(buffer.bytes.extracting(start..<start + got))
      start += got
      missing -= got
    }
  }

  /// Passes the line break behind an object.
  mutating func finishObject() throws(WorkspaceError) {
    if start == buffer.count { guard try fill() > 0 else { throw Self.failed } }
    start += 1
  }

  private mutating func fill() throws(WorkspaceError) -> Int {
    if start == buffer.count {
      buffer.removeAll()
      start = 0
    } else if start >= 1 << 16 {
      buffer = WipedBuffer(copying: buffer.bytes.extracting(start...))
      start = 0
    }
    do { return try child.read(atMost: 1 << 16, appendingTo: &buffer) } catch {
      throw GitCalls.failure(error)
    }
  }

  private static var failed: WorkspaceError {
    WorkspaceError(.inputOutput, "git cat-file ended in the middle of a file")
  }
}
