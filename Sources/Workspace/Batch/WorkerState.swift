internal import CryptoCore
internal import Envelope

/// A worker's own sealer, made with its first manifest.
struct WorkerState: ~Copyable {
  private var sealer: ManifestSealer?

  init() { sealer = nil }

  mutating func run<Task: ManifestTask>(
    _ task: Task, _ source: Span<UInt8>, _ item: InputItem, _ outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    var ready: ManifestSealer
    if let kept = sealer.take() {
      ready = kept
    } else {
      do { ready = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
    }
    do throws(WorkspaceError) {
      let output = try task.run(source, item: item, outputPath: outputPath, sealer: &ready)
      sealer = consume ready
      return output
    } catch {
      sealer = consume ready
      throw error
    }
  }
}
