internal import CPlatform
internal import CryptoCore
internal import Glibc
internal import Synchronization

/// Bytes put aside to be read again: in memory as long as they are few, then in a file that has no
/// name.
///
/// Nothing secret belongs here. Where no folder takes such a file (`TMPDIR`, `/tmp`, `/var/tmp`), it
/// is one in memory; when the disk is full, what comes next stays in memory.
public final class Spool: Sendable {
  private struct State: ~Copyable {
    var file: Descriptor?
    /// How many bytes are in the file.
    var written = 0
    var pending: [UInt8] = []
    /// Whether the file takes no more.
    var isFull = false
  }

  private let state = Mutex(State())
  private let limit: Int

  /// An empty one.
  ///
  /// - Parameter limit: How many bytes stay in memory.
  public init(keeping limit: Int = 1 << 20) { self.limit = limit }

  /// Puts bytes aside; returns where they are.
  public func append(_ bytes: Span<UInt8>) -> Int {
    state.withLock { state in
      let offset = state.written + state.pending.count
      state.pending.append(copying: bytes)
      if state.pending.count > limit, !state.isFull { Self.flush(&state) }
      return offset
    }
  }

  /// The bytes of a place.
  ///
  /// - Throws: The error of the file system; `.endOfInput` for what was never put there.
  public func read(at offset: Int, count: Int) throws(PlatformError) -> [UInt8] {
    var bytes: [UInt8] = []
    let number = state.withLock { state -> Int32? in
      guard offset >= state.written else { return state.file?.number }
      let start = offset - state.written
      guard count >= 0, start <= state.pending.count - count else { return -1 }
      bytes = Array(state.pending[start..<start + count])
      return nil
    }
    guard let number else { return bytes }
    guard number >= 0, count >= 0 else { throw Self.failure }
    return try Self.read(number, at: offset, count: count)
  }

  private static func read(
    _ number: Int32, at offset: Int, count: Int
  ) throws(PlatformError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let place = done
      let more = try checked("read a temporary file") {
        unsafe bytes.withUnsafeMutableBytes { room in
          unsafe pread(number, room.baseAddress?.advanced(by: place), count - place, offset + place)
        }
      }
      guard more > 0 else { throw failure }
      done += more
    }
    return bytes
  }

  private static var failure: PlatformError {
    PlatformError(.endOfInput, "read a temporary file", path: nil)
  }

  private static func flush(_ state: inout State) {
    if state.file == nil { state.file = open() }
    guard let number = state.file?.number,
      (try? Files.writeAll(
        state.pending.span, to: number, at: state.written, named: "a temporary file")) != nil
    else {
      state.isFull = true
      return
    }
    state.written += state.pending.count
    state.pending.removeAll(keepingCapacity: true)
  }

  private static func open() -> Descriptor? {
    for folder in [Environment.value("TMPDIR"), "/tmp", "/var/tmp"].compactMap(\.self) {
      let number = unsafe folder.withCString { unsafe sealwax_unnamed_file($0) }
      if number >= 0 { return Descriptor(owning: number) }
    }
    let number = unsafe "sealwax".withCString { unsafe sealwax_memory_file($0) }
    return number >= 0 ? Descriptor(owning: number) : nil
  }
}
