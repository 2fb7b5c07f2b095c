internal import CryptoCore
public import Envelope
internal import Manifest

/// What can be said about one manifest.
public struct ManifestStatus: Sendable {
  /// Its path.
  public let path: String
  /// Its Secrets.
  public let units: [UnitStatus]
  /// The same of a SOPS file, which is looked at as a whole; nil for any other.
  public var sops: SOPSFileStatus?
  /// Why it could not be read.
  public let error: WorkspaceError?
  /// Why nothing is asked of it: it is no manifest and was only found in a folder, or the policy
  /// ignores it.
  public let skipped: String?
  /// Whether it is a temporary file that a killed run may have left.
  public var isLeftover = false

  /// The same with some of its Secrets.
  public func keeping(_ isWanted: (UnitStatus) -> Bool) -> ManifestStatus {
    ManifestStatus(
      path: path, units: units.filter(isWanted), sops: sops, error: error, skipped: skipped,
      isLeftover: isLeftover)
  }

  /// Whether there is anything in it that is, or should be, encrypted.
  public var isEmpty: Bool { units.isEmpty && sops == nil }
}

/// Looks at manifests without changing them.
public struct StatusScan: Sendable {
  private let unwrappers: [any KeyUnwrapper]?
  private let trustedSigners: [SignatureVerifier]
  private let policies = PolicyFinder()
  private let sops: SOPSInspector

  /// - Parameters:
  ///   - ring: what opens them, to check every seal and token; nil to do without keys.
  ///   - trustedSigners: whose signatures each sealed Secret must have; empty requires none.
  public init(ring: KeyRing? = nil, trustedSigners: [SignatureVerifier] = []) {
    unwrappers = ring?.unwrappers
    sops = SOPSInspector(keys: ring?.sops, needsSignature: !trustedSigners.isEmpty)
    self.trustedSigners = trustedSigners
  }

  /// Looks at every manifest, and reports each in order.
  public func run(_ paths: InputPaths, report: (ManifestStatus) -> Void) {
    FileGroups.run(paths.tellingLeftovers(), makeState: { WorkerState() }) { finding, _, state in
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
    case .skipped(let path, let reason):
      return ManifestStatus(path: path, units: [], error: nil, skipped: reason)
    case .leftover(let path):
      return ManifestStatus(path: path, units: [], error: nil, skipped: nil, isLeftover: true)
    case .item(let item):
      let found: ManifestStatus
      do throws(WorkspaceError) {
        found = try status(of: item, &state)
      } catch {
        found = failed(item.path, error.at(item.path))
      }
      return excused(found)
    }
  }

  /// The policy is only asked about what is not as it should be.
  private func excused(_ status: ManifestStatus) -> ManifestStatus {
    guard status.path != "-",
      status.error != nil || !Verification.findings(in: status).isEmpty
    else { return status }
    do throws(WorkspaceError) {
      guard try policies.reasonToIgnore(status.path) != nil else { return status }
      return ManifestStatus(
        path: status.path, units: status.units, sops: status.sops, error: nil,
        skipped: "ignored by the policy")
    } catch {
      // What is wrong with the file is still to be told.
      return status.error == nil
        ? ManifestStatus(
          path: status.path, units: status.units, sops: status.sops, error: error, skipped: nil)
        : status
    }
  }

  private func failed(_ path: String, _ error: WorkspaceError) -> ManifestStatus {
    ManifestStatus(path: path, units: [], error: error, skipped: nil)
  }

  private func status(
    of item: InputItem, _ state: inout WorkerState
  ) throws(WorkspaceError) -> ManifestStatus {
    let file = try ManifestFile.read(item)
    // What is wrong with the file is still to be told when the policy is wrong.
    var fields = FieldChoice.none
    var problem: WorkspaceError?
    do throws(WorkspaceError) { fields = try policies.fields(for: item) } catch {
      problem = error
    }
    do throws(WorkspaceError) {
      if let found = try state.readSOPS(file.text.bytes, path: item.path) {
        return ManifestStatus(
          path: item.path, units: [], sops: sops.status(of: found, path: item.path), error: nil,
          skipped: nil)
      }
      try LostSOPSMetadata.refuse(file.text.bytes, path: item.path)
      return ManifestStatus(
        path: item.path, units: try units(of: file.text.bytes, item, fields, &state),
        error: problem, skipped: nil)
    } catch {
      let reason = try ManifestFile.reasonToSkip(
        error, item, file.text.bytes, fields: { fields })
      guard let reason else { throw error.explained(by: file.text.bytes) }
      return ManifestStatus(path: item.path, units: [], error: nil, skipped: reason)
    }
  }

  private func units(
    of source: Span<UInt8>, _ item: InputItem, _ fields: FieldChoice, _ state: inout WorkerState
  ) throws(WorkspaceError) -> [UnitStatus] {
    guard let unwrappers else {
      do {
        return try ManifestInspector.inspect(
          source, trustedSigners: trustedSigners, fields: fields)
      } catch { throw WorkspaceError(error, path: item.path) }
    }
    return try state.verify(
      source, unwrappers: unwrappers, trustedSigners: trustedSigners, fields: fields,
      path: item.path)
  }
}
