public import CryptoCore

/// A file as it was at one moment: its bytes, and which version of which file they are.
public struct FileSnapshot: ~Copyable, Sendable {
  /// The path it was read from, as the caller named it.
  public let path: String
  /// Which version of which file was read.
  public let identity: FileIdentity
  /// The contents; wiped with the snapshot.
  public let bytes: WipedBuffer
  /// The file, still open for whoever writes it back.
  public let opened: OpenedFile

  /// Gives the contents to the caller.
  public consuming func takeBytes() -> WipedBuffer { bytes }
}
