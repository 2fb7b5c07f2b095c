/// A file that was read and is still open, so that writing it back need not look for it again.
///
/// Closed with its last user.
public final class OpenedFile: Sendable {
  /// Which version of which file it is.
  let identity: FileIdentity
  /// Whether the path that was opened is the file itself, not a symbolic link to it.
  let isDirect: Bool
  private let descriptor: Descriptor

  var number: Int32 { descriptor.number }

  init(_ descriptor: consuming Descriptor, _ identity: FileIdentity, isDirect: Bool) {
    self.descriptor = descriptor
    self.identity = identity
    self.isDirect = isDirect
  }
}
