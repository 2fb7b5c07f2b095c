internal import CryptoCore
public import Envelope

/// What can be said about one manifest.
public struct ManifestStatus: Sendable {
  /// Its path.
  public let path: String
  /// Its Secrets.
  public let units: [UnitStatus]
  /// Why it could not be read.
  public let error: WorkspaceError?
  /// Why a file that was only found in a folder was passed over.
  public let skipped: String?
}

/// Looks at manifests without changing them.
public enum StatusScan {
  /// What every manifest shows without a key, and whether its seals hold where `unwrappers` open it.
  ///
  /// - Parameters:
  ///   - unwrappers: empty to do without keys.
  ///   - report: called for each file, in order.
  public static func run(
    _ paths: InputPaths, unwrappers: [any KeyUnwrapper], report: (ManifestStatus) -> Void
  ) {
    FileGroups.run(paths, makeState: { WorkerState() }) { finding, _, state in
      status(of: finding, unwrappers, &state)
    } deliver: { results in
      for result in results { report(result) }
    }
  }

  private static func status(
    of finding: InputPaths.Finding, _ unwrappers: [any KeyUnwrapper], _ state: inout WorkerState
  ) -> ManifestStatus {
    switch finding {
    case .problem(let error): return failed(error.path ?? "", error)
    case .item(let item):
      do throws(WorkspaceError) {
        return try status(of: item, unwrappers, &state)
      } catch {
        return failed(item.path, error.at(item.path))
      }
    }
  }

  private static func failed(_ path: String, _ error: WorkspaceError) -> ManifestStatus {
    ManifestStatus(path: path, units: [], error: error, skipped: nil)
  }

  private static func status(
    of item: InputItem, _ unwrappers: [any KeyUnwrapper], _ state: inout WorkerState
  ) throws(WorkspaceError) -> ManifestStatus {
    let file = try ManifestFile.read(item)
    do throws(WorkspaceError) {
      let units: [UnitStatus]
      do { units = try ManifestInspector.inspect(file.text.bytes) } catch {
        throw WorkspaceError(error, path: item.path)
      }
      var error: WorkspaceError?
      if !unwrappers.isEmpty, units.contains(where: \.isSealed) {
        do throws(WorkspaceError) {
          _ = try state.run(OpenTask(unwrappers: unwrappers), file.text.bytes, item, nil)
        } catch let failure { error = failure }
      }
      return ManifestStatus(path: item.path, units: units, error: error, skipped: nil)
    } catch {
      guard let reason = ManifestFile.reasonToSkip(error, item, file.text.bytes) else {
        throw error
      }
      return ManifestStatus(path: item.path, units: [], error: nil, skipped: reason)
    }
  }
}
