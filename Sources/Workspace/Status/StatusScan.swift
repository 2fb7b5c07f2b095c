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
public struct StatusScan: Sendable {
  private let unwrappers: [any KeyUnwrapper]?
  private let trustedSigners: [SignatureVerifier]

  /// - Parameters:
  ///   - ring: what opens them, to check every seal and token; nil to do without keys.
  ///   - trustedSigners: whose signatures each sealed Secret must have; empty requires none.
  public init(ring: KeyRing? = nil, trustedSigners: [SignatureVerifier] = []) {
    unwrappers = ring?.unwrappers
    self.trustedSigners = trustedSigners
  }

  /// Looks at every manifest, and reports each in order.
  public func run(_ paths: InputPaths, report: (ManifestStatus) -> Void) {
    FileGroups.run(paths, makeState: { WorkerState() }) { finding, _, state in
      status(of: finding, &state)
    } deliver: { results in
      for result in results { report(result) }
    }
  }

  private func status(
    of finding: InputPaths.Finding, _ state: inout WorkerState
  ) -> ManifestStatus {
    switch finding {
    case .problem(let error): return failed(error.path ?? "", error)
    case .item(let item):
      do throws(WorkspaceError) {
        return try status(of: item, &state)
      } catch {
        return failed(item.path, error.at(item.path))
      }
    }
  }

  private func failed(_ path: String, _ error: WorkspaceError) -> ManifestStatus {
    ManifestStatus(path: path, units: [], error: error, skipped: nil)
  }

  private func status(
    of item: InputItem, _ state: inout WorkerState
  ) throws(WorkspaceError) -> ManifestStatus {
    let file = try ManifestFile.read(item)
    do throws(WorkspaceError) {
      return ManifestStatus(
        path: item.path, units: try units(of: file.text.bytes, item, &state), error: nil,
        skipped: nil)
    } catch {
      guard let reason = ManifestFile.reasonToSkip(error, item, file.text.bytes) else {
        throw error
      }
      return ManifestStatus(path: item.path, units: [], error: nil, skipped: reason)
    }
  }

  private func units(
    of source: Span<UInt8>, _ item: InputItem, _ state: inout WorkerState
  ) throws(WorkspaceError) -> [UnitStatus] {
    guard let unwrappers else {
      do {
        return try ManifestInspector.inspect(source, trustedSigners: trustedSigners)
      } catch { throw WorkspaceError(error, path: item.path) }
    }
    return try state.verify(
      source, unwrappers: unwrappers, trustedSigners: trustedSigners, path: item.path)
  }
}
