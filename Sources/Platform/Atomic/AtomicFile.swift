/// A file that takes its place whole or not at all, whenever the process or the machine stops.
///
/// The bytes go to a temporary file in the same folder, which `commit` writes to disk and renames.
/// When the value goes without a commit, or a signal ends the process, the temporary is removed; one
/// that was killed leaves it to the next write in that folder. A symbolic link stays, and the file it
/// leads to is replaced. Owner, group, permissions and access lists of a replaced file are kept where
/// the system lets us; permissions that would then be for others are dropped instead. Other names
/// (hard links) of a replaced file keep the old contents.
public struct AtomicFile: ~Copyable, Sendable {
  private let file: StagedFile

  /// Makes the temporary file.
  ///
  /// - Parameters:
  ///   - path: where the file goes. Devices and pipes are refused: they need no replacing.
  ///   - expectation: what must be there now, and still when committing.
  /// - Throws: `.alreadyExists`, `.changedUnderUs`, `.readOnly`, `.isDirectory`, `.notRegularFile`,
  ///   `.symbolicLink` for a link that leads nowhere, `.permissionDenied`, `.noSpace`, ...
  public init(
    at path: String, expecting expectation: WriteExpectation, options: WriteOptions = .init()
  ) throws(PlatformError) {
    try self.init(at: path, expecting: expectation, options: options, observer: nil)
  }

  package init(
    at path: String, expecting expectation: WriteExpectation, options: WriteOptions,
    observer: WriteStepObserver?
  ) throws(PlatformError) {
    let target = try WriteTarget(path)
    let folder = try Folder(target.folderPath)
    folder.removeStaleTemporaries()
    file = try StagedFile(
      target, in: folder, expecting: expectation, options, observer: observer)
  }

  /// Appends bytes.
  ///
  /// - Throws: `.noSpace`, ...
  public mutating func write(_ bytes: Span<UInt8>) throws(PlatformError) {
    try file.write(bytes)
  }

  /// Writes bytes at an offset from the start; any number of threads may at the same time.
  ///
  /// Does not move the place that `write(_:)` appends at: use one or the other.
  ///
  /// - Throws: `.noSpace`, ...
  public func write(_ bytes: Span<UInt8>, at offset: Int) throws(PlatformError) {
    try file.write(bytes, at: offset)
  }

  /// Puts the file in its place and waits until that is on disk.
  ///
  /// - Throws: `.changedUnderUs` and `.locked` when another program is at it, `.noSpace`, ...; the
  ///   target is then as it was. Only an error that names the folder means that the new file is in
  ///   place without being safe from a power failure yet.
  public consuming func commit() throws(PlatformError) {
    try file.complete()
    try file.sync()
    try file.publish()
    try file.folder.sync()
    file.observeFolderSync()
  }

  /// Writes a whole file: see `init` and `commit`.
  public static func write(
    _ bytes: Span<UInt8>, to path: String, expecting expectation: WriteExpectation,
    options: WriteOptions = .init()
  ) throws(PlatformError) {
    var file = try AtomicFile(at: path, expecting: expectation, options: options)
    try file.write(bytes)
    try file.commit()
  }
}
