internal import Glibc

extension Files {
  /// Keeps a file with a secret, which was read to its end, from programs that are started later.
  ///
  /// Our parent may have left it open for us: as standard input, or as another descriptor, to which
  /// `/dev/fd/N` leads. From there a child could read it again. In the place of our standard input
  /// children get `/dev/null` then; other descriptors of the file are closed when a program starts.
  ///
  /// - Parameter secret: Which file it is.
  public static func keepFromChildren(_ secret: FileIdentity) {
    // What comes from a terminal cannot be read twice.
    guard secret.kind == .regular || secret.kind == .pipe || secret.kind == .socket else { return }
    for number in openDescriptors() where number != STDOUT_FILENO && number != STDERR_FILENO {
      guard let found = try? FileIdentity(descriptor: number, path: "descriptor"),
        found.device == secret.device, found.inode == secret.inode
      else { continue }
      if number == STDIN_FILENO {
        StandardInput.isSecret = true
      } else {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
      }
    }
  }

  private static func openDescriptors() -> [Int32] {
    guard let folder = try? Descriptor.open("/proc/self/fd", O_RDONLY | O_DIRECTORY),
      let names = try? FolderListing.names(
        in: folder.number, path: "/proc/self/fd", where: { _ in true })
    else { return Array(0..<1024) }
    return names.compactMap { Int32($0) }
  }
}
