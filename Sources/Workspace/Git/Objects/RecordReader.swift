internal import CryptoCore
internal import Platform

/// Reads the records of a child's output, each with a NUL, or another byte, behind it.
struct RecordReader: ~Copyable {
  private var child: ChildProcess
  private var buffer = WipedBuffer()
  private var start = 0
  /// The longest record, in bytes: a path, with a little in front.
  private static let maximumCount = 1 << 20

  private let separator: UInt8

  init(_ child: consuming ChildProcess, separator: UInt8 = 0) {
    self.child = child
    self.separator = separator
  }

  /// Appends the next record, without what ends it; false at the end.
  ///
  /// - Throws: `.other` for what is no list of records, and when git failed.
  mutating func next(appendingTo record: inout WipedBuffer) throws(WorkspaceError) -> Bool {
    var searched = start
    while true {
      if let end = end(from: searched) {
        record.append(buffer.bytes.extracting(start..<end))
        start = end + 1
        return true
      }
      searched = buffer.count
      guard searched - start <= Self.maximumCount else { throw Self.failed }
      if start > 0 {
        buffer = WipedBuffer(copying: buffer.bytes.extracting(start...))
        searched -= start
        start = 0
      }
      let got: Int
      do { got = try child.read(atMost: 1 << 16, appendingTo: &buffer) } catch {
        throw GitCalls.failure(error)
      }
      if got == 0 { return try finish() }
    }
  }

  private func end(from offset: Int) -> Int? {
    let bytes = buffer.bytes
    var index = offset
    while index < bytes.count {
      if bytes[index] == separator { return index }
      index += 1
    }
    return nil
  }

  private mutating func finish() throws(WorkspaceError) -> Bool {
    // The range of no commits ends with a line break, or nothing.
    let status: ChildStatus
    do { status = try child.wait() } catch { throw GitCalls.failure(error) }
    guard status == .exited(0) else { throw Self.failed }
    return false
  }

  private static var failed: WorkspaceError {
    WorkspaceError(
      .noInput, "git could not list the files", hints: ["it says why above"])
  }
}
