internal import CryptoCore
public import SealedSecretFormat

/// Which key opens which value of the SealedSecrets of files.
public struct SealedSecretScan: Sendable {
  /// One file.
  public struct FileResult: Sendable {
    /// Its path.
    public let path: String
    /// Its SealedSecrets.
    public let reports: [SealedSecretInspector.Report]
    /// Why it could not be read; nil when it was.
    public let error: WorkspaceError?
    /// Why it was passed over; nil when it was not.
    public let skipped: String?
  }

  private let inspector: SealedSecretInspector

  /// Tries keys.
  public init(_ keys: UnsealingKeys) { inspector = SealedSecretInspector(keys) }

  /// Looks at every file on all cores and reports each, in order.
  public func run(_ paths: InputPaths, report: (FileResult) -> Void) {
    FileGroups.run(paths, makeState: { 0 }) { finding, _, _ in
      result(finding)
    } deliver: { results in
      for result in results { report(result) }
    }
  }

  private func result(_ finding: InputPaths.Finding) -> FileResult {
    switch finding {
    case .problem(let error):
      return FileResult(path: error.path ?? "", reports: [], error: error, skipped: nil)
    case .skipped(let path, let reason):
      return FileResult(path: path, reports: [], error: nil, skipped: reason)
    case .leftover(let path):
      return FileResult(path: path, reports: [], error: nil, skipped: "a temporary file")
    case .item(let item): return result(item)
    }
  }

  private func result(_ item: InputItem) -> FileResult {
    do throws(WorkspaceError) {
      let file = try ManifestFile.read(item)
      do throws(SealedSecretError) {
        let reports = try inspector.reports(file.text.bytes)
        guard !reports.isEmpty || !item.isNamed else {
          throw SealedSecretError.none
        }
        return FileResult(path: item.path, reports: reports, error: nil, skipped: nil)
      } catch {
        let problem = WorkspaceError(error, path: item.path)
        if let reason = try ManifestFile.reasonToSkip(problem, item, file.text.bytes) {
          return FileResult(path: item.path, reports: [], error: nil, skipped: reason)
        }
        throw problem
      }
    } catch {
      return FileResult(path: item.path, reports: [], error: error.at(item.path), skipped: nil)
    }
  }
}
