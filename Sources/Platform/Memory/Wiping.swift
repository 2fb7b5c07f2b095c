internal import Glibc

/// Removing plaintext files so that their memory is overwritten.
enum Wiping {
  /// The most folders within each other that are removed.
  private static let maximumDepth = 64

  /// Overwrites and removes what is in a folder.
  ///
  /// What cannot be removed stays, after all the rest.
  static func removeContents(of folder: Int32, depth: Int = 0) {
    let names = (try? FolderListing.names(in: folder, path: "") { _ in true }) ?? []
    for name in names {
      let identity = try? FileIdentity(folder: folder, name: name, path: name)
      switch identity?.kind {
      case .directory:
        if depth < maximumDepth { removeFolder(name, in: folder, depth: depth) }
      case .regular:
        if identity?.linkCount == 1 { overwrite(name, in: folder) }
        unsafe unlinkat(folder, name, 0)
      default:
        unsafe unlinkat(folder, name, 0)
      }
    }
  }

  private static func removeFolder(_ name: String, in parent: Int32, depth: Int) {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    if let raw = try? unsafe checkedPath("open", name, { unsafe openat(parent, $0, flags) }) {
      let folder = Descriptor(owning: raw)
      removeContents(of: folder.number, depth: depth + 1)
    }
    unsafe unlinkat(parent, name, AT_REMOVEDIR)
  }

  /// Writes zeros over a file, which has no other name: outside, it would not be ours to change.
  private static func overwrite(_ name: String, in folder: Int32) {
    unsafe fchmodat(folder, name, 0o600, 0)
    let flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    guard let raw = try? unsafe checkedPath("open", name, { unsafe openat(folder, $0, flags) })
    else { return }
    let file = Descriptor(owning: raw)
    guard let identity = try? FileIdentity(descriptor: file.number, path: name),
      identity.kind == .regular, identity.linkCount == 1
    else { return }
    let zeros = [UInt8](repeating: 0, count: 65536)
    var offset = 0
    while offset < identity.size {
      let count = min(zeros.count, identity.size - offset)
      do throws(PlatformError) {
        try Files.writeAll(
          zeros.span.extracting(0..<count), to: file.number, at: offset, named: name)
      } catch {
        return
      }
      offset += count
    }
  }
}
