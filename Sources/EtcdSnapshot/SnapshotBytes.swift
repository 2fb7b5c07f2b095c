internal import CryptoCore
public import Platform

/// The bytes of a snapshot, read piece by piece; any number of threads may, side by side.
///
/// A file is read and not mapped: a mapped file that another program truncates kills its reader
/// (SIGBUS), where a read comes back short and is an error like others.
public protocol SnapshotBytes: Sendable {
  /// How many bytes there are.
  var byteCount: Int { get }
  /// Fills `bytes` from an offset on.
  ///
  /// - Throws: `.changedUnderUs` when there are not as many any more; `.platform`.
  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(SnapshotError)
  /// Makes sure that the bytes are still those that were there at first.
  ///
  /// - Throws: `.changedUnderUs`.
  func checkUnchanged() throws(SnapshotError)
}

/// A snapshot in a file.
public final class SnapshotFile: SnapshotBytes {
  private let file: InputFile
  private let path: String
  public let byteCount: Int

  /// Opens a regular file.
  ///
  /// - Throws: `.platform`, also for what is no regular file.
  public init(_ path: String) throws(SnapshotError) {
    do throws(PlatformError) {
      // Asked first: opening a pipe would wait for its writer.
      guard try Files.identity(of: path).kind == .regular else {
        throw PlatformError(.notRegularFile, "read", path: path)
      }
      let opened = try InputFile(path)
      byteCount = opened.identity.size
      file = consume opened
    } catch { throw SnapshotError(error) }
    self.path = path
  }

  /// Which file it is, as it was when opened.
  public var identity: FileIdentity { file.identity }

  public func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(SnapshotError) {
    let got: Int
    do throws(PlatformError) { got = try file.read(into: &bytes, at: offset) } catch {
      throw SnapshotError(error)
    }
    guard got == bytes.count else {
      throw SnapshotError(.changedUnderUs, "it became shorter while it was read")
    }
  }

  public func checkUnchanged() throws(SnapshotError) {
    let now: FileIdentity
    do throws(PlatformError) { now = try Files.identity(of: path) } catch {
      throw SnapshotError(error)
    }
    guard now.inode == identity.inode, now.device == identity.device else { return }
    guard now.size == identity.size, now.modified == identity.modified else {
      throw SnapshotError(.changedUnderUs, "another program wrote to it while it was read")
    }
  }
}

/// A snapshot in memory.
public struct SnapshotMemory: SnapshotBytes {
  private let bytes: [UInt8]

  /// Takes the bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var byteCount: Int { bytes.count }

  public func read(into target: inout MutableSpan<UInt8>, at offset: Int) throws(SnapshotError) {
    guard offset >= 0, offset <= bytes.count, target.count <= bytes.count - offset else {
      throw SnapshotError(.changedUnderUs, "it is shorter than it was")
    }
    for index in 0..<target.count { target[index] = bytes[offset + index] }
  }

  public func checkUnchanged() throws(SnapshotError) {}
}

extension SnapshotBytes {
  /// Appends `count` bytes from an offset on.
  func read(
    _ count: Int, at offset: Int, appendingTo buffer: inout WipedBuffer
  ) throws(SnapshotError) {
    try buffer.append(count: count) { (room: inout MutableSpan<UInt8>) throws(SnapshotError) in
      try read(into: &room, at: offset)
    }
  }
}
