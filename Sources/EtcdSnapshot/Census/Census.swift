internal import CryptoCore
internal import EncryptionAtRest
internal import Platform
internal import Synchronization

/// Counts what a snapshot holds.
///
/// It goes through the revisions from the newest to the oldest: the first that it meets of a key is
/// the one that counts. Of each key it remembers 16 bytes, in a table that is at least three
/// eighths full; pages pass through a few MiB.
public enum Census {
  /// Takes the census.
  ///
  /// - Parameters:
  ///   - onObject: Is given the revisions that the options name, newest first, when the digest has
  ///     been compared; false ends the census.
  /// - Throws: `.damagedPage` naming the page, `.wrongDigest`, `.changedUnderUs`, ...
  public static func take(
    of bytes: any SnapshotBytes, _ options: CensusOptions,
    onObject: (StoredObject) -> Bool = { _ in true }
  ) throws(SnapshotError) -> CensusReport {
    let file = try BoltFile(bytes)
    var report: CensusReport
    if options.listing != .none || options.keys != nil {
      try compareDigest(file, options)
      var run = CensusRun(file, options)
      report = try run.run(onObject)
    } else {
      report = try besideDigest(file, options)
    }
    report.digest = !file.hasDigest ? .absent : options.checksDigest ? .verified : .skipped
    try bytes.checkUnchanged()
    return report
  }

  /// Counts on one core while the other computes the digest.
  private static func besideDigest(
    _ file: BoltFile, _ options: CensusOptions
  ) throws(SnapshotError) -> CensusReport {
    let counted = Mutex<Result<CensusReport, SnapshotError>?>(nil)
    let compared = Mutex<SnapshotError?>(nil)
    Parallel.forEach(count: 2, workers: 2) { part, _ in
      if part == 0 {
        let result: Result<CensusReport, SnapshotError>
        do throws(SnapshotError) {
          var run = CensusRun(file, options)
          result = .success(try run.run { _ in true })
        } catch { result = .failure(error) }
        counted.withLock { $0 = result }
      } else {
        do throws(SnapshotError) { try compareDigest(file, options) } catch {
          compared.withLock { $0 = error }
        }
      }
    }
    guard let result = counted.withLock({ $0 }) else {
      throw SnapshotError(.notDatabase, "nothing was read")
    }
    let report = try result.get()
    if let error = compared.withLock({ $0 }) { throw error }
    return report
  }

  private static func compareDigest(
    _ file: BoltFile, _ options: CensusOptions
  ) throws(SnapshotError) {
    guard file.hasDigest, options.checksDigest else { return }
    var stream = SHA256.Stream()
    var buffer = WipedBuffer()
    var offset = 0
    while offset < file.byteCount {
      let count = min(1 << 20, file.byteCount - offset)
      buffer.removeAll()
      try file.bytes.read(count, at: offset, appendingTo: &buffer)
      stream.update(buffer.bytes)
      offset += count
    }
    buffer.removeAll()
    try file.bytes.read(BoltFile.digestByteCount, at: offset, appendingTo: &buffer)
    let digest = stream.finalize()
    guard ConstantTime.equal(digest.bytes, buffer.bytes) else {
      throw SnapshotError(
        .wrongDigest, "its SHA-256 is not the one at its end: it was damaged or changed")
    }
  }
}
