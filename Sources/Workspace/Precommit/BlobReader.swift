internal import CryptoCore
internal import Platform

/// Reads objects of a repository through one `git cat-file --batch`.
struct BlobReader: ~Copyable {
  private var child: ChildProcess
  private var buffer = WipedBuffer()
  private var start = 0

  /// How many may be asked for ahead: git must never wait for us to read while we wait for it to,
  /// and so many names fit into the smallest pipe (4,096 bytes).
  static let maximumAhead = 48

  init(in folder: String) throws(WorkspaceError) {
    child = try GitCalls.start(["cat-file", "--batch"], in: folder, takesInput: true)
  }

  /// Asks for objects: their names, a line feed behind each.
  mutating func request(_ objects: [UInt8]) throws(WorkspaceError) {
    do { try child.write(objects.span) } catch { throw GitCalls.failure(error) }
  }

  /// The size of the next object that was asked for, in bytes; nil when it is not there.
  mutating func nextSize() throws(WorkspaceError) -> Int? {
    var length: Int?
    while true {
      length = headerLength()
      if length != nil { break }
      guard buffer.count - start < 512, try fill() > 0 else { throw Self.failed }
    }
    let end = start + (length ?? 0)
    let fields = header(upTo: end).split(separator: " ")
    start = end + 1
    guard fields.count == 3, let size = Int(fields[2]), size >= 0 else {
      guard fields.last == "missing" else { throw Self.failed }
      return nil
    }
    return size
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
