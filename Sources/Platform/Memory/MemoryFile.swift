internal import CPlatform
internal import Glibc

/// A file that has no name and is nowhere but in memory (memfd_create(2)); it may be swapped out.
///
/// To hand a secret to a child: pass `descriptor` in `ChildStreams.passed`, and the child reads
/// `/proc/self/fd/N`, N being its own number.
public struct MemoryFile: ~Copyable, Sendable {
  private let file: Descriptor

  /// The descriptor, which stays this value's own.
  public var descriptor: Int32 { file.number }

  /// A file with these bytes, at whose start reading begins.
  ///
  /// Nobody can change it any more.
  ///
  /// - Parameter name: shown in `/proc`, to whom may look there.
  public init(named name: String, contents: Span<UInt8>) throws(PlatformError) {
    let number = try unsafe checkedPath("make a file in memory", name) {
      unsafe sealwax_memory_file($0)
    }
    let made = Descriptor(owning: number)
    try Files.writeAll(contents, to: number, named: name)
    try checked("seal", path: name) { sealwax_seal_memory_file(number) }
    try checked("rewind", path: name) { lseek(number, 0, SEEK_SET) }
    file = made
  }
}
