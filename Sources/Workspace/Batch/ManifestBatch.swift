public import CryptoCore
internal import Envelope
internal import Platform

/// The same task on any number of manifests: on all cores, each file whole or not at all.
///
/// Files are taken in groups, so that memory does not grow with their number; reports come in the
/// order of the files.
public struct ManifestBatch<Task: ManifestTask>: Sendable {
  private let task: Task
  private let destination: Destination
  /// Made before there are workers: the umask, which it asks for, is the whole process's.
  private let options: WriteOptions

  /// - Parameters:
  ///   - mode: the permissions of new files; one without any for others takes them from files that
  ///     are replaced, too.
  public init(_ task: Task, destination: Destination, mode: UInt32) {
    self.task = task
    self.destination = destination
    var options = WriteOptions(mode: mode)
    options.hidesFromOthers = mode & 0o077 == 0
    self.options = options
  }

  /// Works on everything and reports each file.
  ///
  /// - Throws: `.malformed` when standard output would have to hold too much, `.inputOutput` when it
  ///   cannot be written. Files that fail are reported, not thrown.
  public func run(
    _ paths: InputPaths, report: (FileReport) -> Void
  ) throws(WorkspaceError) {
    // Before anything is written.
    if case .folder(let folder) = destination { try paths.checkPlaces(in: folder) }
    let outcome = work(on: paths, report: report)
    // In place, too: what comes from standard input goes there.
    if destination == .standardOutput || destination == .inPlace { try outcome.write() }
  }

  /// Works on everything, reports each file, and gives what would go to standard output.
  ///
  /// - Returns: the texts as one stream; nil when a file failed.
  /// - Throws: `.malformed` when they are too large for one stream, or cannot be put into one.
  public func stream(
    _ paths: InputPaths, report: (FileReport) -> Void
  ) throws(WorkspaceError) -> WipedBuffer? {
    try work(on: paths, report: report).takeText()
  }

  private func work(
    on paths: InputPaths, report: (FileReport) -> Void
  ) -> StandardOutputText {
    var outcome = StandardOutputText()
    let files = AtomicBatch()
    var paths = paths
    if case .folder(let folder) = destination { paths = paths.writing(to: folder) }
    if destination == .inPlace { paths = paths.removingLeftovers() }
    // Of what goes to standard output the texts are held.
    let most =
      destination == .standardOutput ? FileGroups.usualCount : FileGroups.largeCount
    FileGroups.run(paths, most: most, makeState: { WorkerState() }) { finding, number, state in
      work(on: finding, number: number, &state, files)
    } deliver: { results in
      var failures: [Int: PlatformError] = [:]
      for failure in files.finish() { failures[failure.tag] = failure.error }
      for (index, result) in results.enumerated() {
        var final = result.report
        if let error = failures[index] {
          let failure = Self.failure(
            error, final.path, hasOtherNames: (final.names?.count ?? 1) > 1)
          final = FileReport(path: final.path, result: .failed(failure), units: final.units)
        }
        if case .failed = final.result { outcome.fail() }
        if let text = result.text { outcome.append(text, path: final.path) }
        report(final)
      }
    }
    return outcome
  }

  /// What one item came to; the text only when it goes to standard output.
  private struct ItemResult: Sendable {
    var report: FileReport
    var text: HeldText?
  }

  private func work(
    on finding: InputPaths.Finding, number: Int, _ state: inout WorkerState, _ files: AtomicBatch
  ) -> ItemResult {
    switch finding {
    case .problem(let error):
      return ItemResult(
        report: FileReport(path: error.path ?? "", result: .failed(error), units: []))
    case .skipped(let path, let reason): return skipped(path, reason)
    case .leftover(let path): return skipped(path, Verification.leftover)
    case .item(let item):
      do throws(WorkspaceError) {
        return try work(on: item, number: number, &state, files)
      } catch {
        return ItemResult(
          report: FileReport(path: item.path, result: .failed(error.at(item.path)), units: []))
      }
    }
  }

  private func work(
    on item: InputItem, number: Int, _ state: inout WorkerState, _ files: AtomicBatch
  ) throws(WorkspaceError) -> ItemResult {
    let outputPath = try destination.path(for: item)
    let file = try ManifestFile.read(item)
    do throws(WorkspaceError) {
      let output = try state.run(task, file.text.bytes, item, outputPath)
      guard output.isKubernetes else {
        var result = try refused(
          item, "not a Kubernetes manifest: no document has apiVersion and kind")
        result.report.warning = output.warning
        return result
      }
      let warning = task.warning(for: item, outputPath: outputPath, output: output)
      var result: ItemResult
      if destination == .nowhere {
        result = ItemResult(
          report: FileReport(
            path: item.path, result: output.isChanged ? .planned : .unchanged, units: output.units))
      } else if let outputPath {
        result = try place(output, item, at: outputPath, file, number, files)
      } else {
        result = held(output, item)
      }
      result.report.warning = warning
      return result
    } catch {
      // A task may have looked there for an earlier version, and found no file.
      if error.kind == .noInput, destination != .inPlace, let outputPath,
        let refusal = OutputPlace.refusal(outputPath)
      {
        throw refusal
      }
      let reason = try ManifestFile.reasonToSkip(error, item, file.text.bytes) {
        () throws(WorkspaceError) in try task.fields(of: item, outputPath: outputPath)
      }
      guard let reason else {
        throw error.explained(by: file.text.bytes)
      }
      return skipped(item.path, reason)
    }
  }

  private func place(
    _ output: borrowing ManifestOutput, _ item: InputItem, at outputPath: String,
    _ file: borrowing ManifestFile, _ number: Int, _ files: AtomicBatch
  ) throws(WorkspaceError) -> ItemResult {
    let units = output.units
    if !output.isChanged, destination == .inPlace {
      return ItemResult(report: FileReport(path: item.path, result: .unchanged, units: units))
    }
    try write(output.text.bytes, to: outputPath, file, number, files)
    var report = FileReport(path: item.path, result: .written(to: outputPath), units: units)
    if destination == .inPlace, let identity = file.identity {
      report.names = FileReport.Names(identity)
    }
    return ItemResult(report: report)
  }

  private func held(_ output: consuming ManifestOutput, _ item: InputItem) -> ItemResult {
    let report = FileReport(path: item.path, result: .printed, units: output.units)
    return ItemResult(report: report, text: HeldText(output))
  }

  /// A named file has to be a manifest; one that was found is passed over.
  private func refused(
    _ item: InputItem, _ message: String
  ) throws(WorkspaceError) -> ItemResult {
    guard !item.isNamed else { throw WorkspaceError(.malformed, message, path: item.path) }
    return skipped(item.path, message)
  }

  private func skipped(_ path: String, _ reason: String) -> ItemResult {
    ItemResult(report: FileReport(path: path, result: .skipped(reason: reason), units: []))
  }

  private func write(
    _ text: Span<UInt8>, to path: String, _ file: borrowing ManifestFile, _ number: Int,
    _ files: AtomicBatch
  ) throws(WorkspaceError) {
    do throws(PlatformError) {
      var folderMode: UInt32?
      if case .folder = destination { folderMode = 0o755 }
      var expectation = WriteExpectation.anything
      var opened: OpenedFile?
      if destination == .inPlace, let identity = file.identity {
        expectation = .unchanged(identity)
        opened = file.opened
      }
      try files.write(
        text, to: path, expecting: expectation, options: options, makingFolders: folderMode,
        opened: opened, tag: number)
    } catch {
      throw Self.failure(error, path, hasOtherNames: (file.identity?.linkCount ?? 1) > 1)
    }
  }

  /// A file with several names that is replaced under one of them is changed under the others.
  private static func failure(
    _ error: PlatformError, _ path: String, hasOtherNames: Bool
  ) -> WorkspaceError {
    guard hasOtherNames, error.code == .changedUnderUs else {
      return WorkspaceError(writing: error).at(path)
    }
    return WorkspaceError(
      .inputOutput, "another name (hard link) of it was replaced just now, or it was changed",
      path: path, hints: ["run the command again: it is a file of its own now"])
  }
}
