internal import CPlatform
internal import Glibc

/// A file that gets its name when it is whole: a process that is killed leaves nothing of it behind.
///
/// For new files in folders in memory, where nothing has to wait for a disk.
enum NamelessFile {
  /// Writes a file where nothing is.
  ///
  /// - Returns: False, with nothing done, when there is something, or something else is in the way: the
  ///   write with a temporary name that is then due finds out what.
  static func write(
    _ bytes: Span<UInt8>, named name: String, in folder: Folder, mode: UInt32,
    observer: WriteStepObserver?
  ) -> Bool {
    observer?(.begun)
    let raw = sealwax_nameless_file(folder.number, mode & 0o777)
    guard raw >= 0 else { return false }
    let file = Descriptor(owning: raw)
    observer?(.temporaryMade)
    do throws(PlatformError) {
      try Files.writeAll(bytes, to: raw, named: name)
      observer?(.written)
      if try FileIdentity(descriptor: raw, path: name).permissions != mode & 0o7777 {
        try checked("write", path: name) { fchmod(raw, mode_t(mode & 0o7777)) }
      }
      observer?(.attributesSet)
      try unsafe checkedPath("write", name) {
        unsafe sealwax_name_file(file.number, folder.number, $0)
      }
    } catch { return false }
    observer?(.renamed)
    return true
  }
}
