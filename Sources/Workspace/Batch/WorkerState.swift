internal import CryptoCore
internal import Envelope
internal import Manifest
internal import SOPSFormat

/// A worker's own sealer, made with its first manifest, and what it keeps for SOPS files.
struct WorkerState: ~Copyable {
  private var sealer: ManifestSealer?
  private let storage = SOPSStorage()

  init() { sealer = nil }

  /// The SOPS file in a text; nil when it is none.
  ///
  /// - Throws: as `SOPSText.read`.
  func readSOPS(_ source: Span<UInt8>, path: String) throws(WorkspaceError) -> SOPSFile? {
    try SOPSText.read(source, path: path, storage: storage, refusesUnreadable: true)
  }

  mutating func run<Task: ManifestTask>(
    _ task: Task, _ source: Span<UInt8>, _ item: InputItem, _ outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    if let file = try readSOPS(source, path: item.path) {
      return try task.run(file, source: source, item: item, outputPath: outputPath)
    }
    try LostSOPSMetadata.refuse(source, path: item.path)
    var ready = try take()
    do throws(WorkspaceError) {
      let output = try task.run(source, item: item, outputPath: outputPath, sealer: &ready)
      sealer = consume ready
      return output
    } catch {
      sealer = consume ready
      throw error
    }
  }

  mutating func verify(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper], trustedSigners: [SignatureVerifier],
    fields: FieldChoice, path: String
  ) throws(WorkspaceError) -> [UnitStatus] {
    var ready = try take()
    do throws(EnvelopeError) {
      let units = try ready.verify(
        source, unwrappers: unwrappers, trustedSigners: trustedSigners, fields: fields)
      sealer = consume ready
      return units
    } catch {
      sealer = consume ready
      throw WorkspaceError(error, path: path)
    }
  }

  private mutating func take() throws(WorkspaceError) -> ManifestSealer {
    if let kept = sealer.take() { return kept }
    do { return try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
  }
}
