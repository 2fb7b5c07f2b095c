internal import CPlatform
internal import Glibc

/// The names in a folder.
enum FolderListing {
  /// Calls `body` with the raw bytes of each name, `.` and `..` excepted, and its type (`DT_REG`
  /// and so on), in the order of the file system.
  static func forEach(
    in folder: Int32, path: String, _ body: (UnsafeBufferPointer<UInt8>, Int32) -> Void
  ) throws(PlatformError) {
    // A descriptor of its own: the position in the listing belongs to the open file.
    let copy = try checked("list", path: path) {
      unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = unsafe fdopendir(copy) else {
      let error = errno
      _ = close(copy)
      throw PlatformError(errno: error, "list", path: path)
    }
    defer { unsafe closedir(stream) }
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        let error = errno
        if error != 0 { throw PlatformError(errno: error, "list", path: path) }
        return
      }
      guard let name = unsafe sealwax_entry_name(entry) else { continue }
      let count = unsafe strlen(name)
      let bytes = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
      let buffer = unsafe UnsafeBufferPointer(start: bytes, count: count)
      if unsafe buffer.elementsEqual([0x2E]) || buffer.elementsEqual([0x2E, 0x2E]) { continue }
      unsafe body(buffer, Int32(entry.pointee.d_type))
    }
  }

  /// The names that `isWanted` accepts; those that are not UTF-8 are left out.
  static func names(
    in folder: Int32, path: String, where isWanted: (String) -> Bool
  ) throws(PlatformError) -> [String] {
    var names: [String] = []
    try unsafe forEach(in: folder, path: path) { bytes, _ in
      if let name = unsafe String(validating: bytes, as: UTF8.self), isWanted(name) {
        names.append(name)
      }
    }
    return names
  }
}
