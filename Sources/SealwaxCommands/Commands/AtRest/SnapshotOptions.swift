internal import ArgumentParser
internal import CryptoCore
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Platform
internal import Workspace
internal import YAMLSource

/// Which snapshot, and what opens it.
struct SnapshotOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An EncryptionConfiguration: whatever has a key there is opened.", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    help: ArgumentHelp("What stands in for a KMS plugin: its keys.", valueName: "file"),
    completion: .file())
  var kmsKeys: String?

  @Option(
    help: ArgumentHelp("What the API server's keys begin with.", valueName: "prefix"))
  var etcdPrefix = "/registry"

  @Flag(help: "Do not compare the SHA-256 at the snapshot's end.")
  var skipHashCheck = false

  /// The most bytes of a file with keys.
  private static let maximumByteCount = 16 << 20

  /// What the census is told.
  func census() throws(WorkspaceError) -> CensusOptions {
    var options = CensusOptions()
    options.etcdPrefix = etcdPrefix
    options.checksDigest = !skipHashCheck
    if let config {
      options.rules = try Self.read(config) { text throws(StorageError) in
        try ProviderRules.read(text)
      }
    }
    if let kmsKeys {
      guard config != nil else {
        throw WorkspaceError(
          .usage, "--kms-keys needs --config",
          hints: ["the configuration says which plugin encrypts what"])
      }
      options.kms = try Self.read(kmsKeys) { text throws(StorageError) in
        try KMSKeys.read(text)
      }
    }
    return options
  }

  private static func read<Value>(
    _ path: String, _ parse: (Span<UInt8>) throws(StorageError) -> Value
  ) throws(WorkspaceError) -> Value {
    let file: FileSnapshot
    do throws(PlatformError) { file = try Files.read(path, limit: maximumByteCount) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    do throws(StorageError) { return try parse(file.bytes.bytes) } catch {
      let position = error.line.map { line in
        SourcePosition(offset: 0, line: line, column: error.column ?? 1)
      }
      throw WorkspaceError(.configuration, error.message, path: path, position: position)
    }
  }

  /// Takes the census of a file.
  static func take(
    _ path: String, _ options: CensusOptions,
    onObject: (StoredObject) -> Bool = { _ in true }
  ) throws(WorkspaceError) -> CensusReport {
    do throws(SnapshotError) {
      return try Census.take(of: try SnapshotFile(path), options, onObject: onObject)
    } catch {
      if let platform = error.platform { throw WorkspaceError(reading: platform).at(path) }
      let isChanged = error.code == .changedUnderUs
      throw WorkspaceError(
        isChanged ? .inputOutput : .malformed, error.description, path: path,
        hints: hints(error))
    }
  }

  private static func hints(_ error: SnapshotError) -> [String] {
    switch error.code {
    case .changedUnderUs: ["take a snapshot with 'etcdctl snapshot save' and look at that"]
    case .wrongDigest: ["--skip-hash-check reads it all the same"]
    case .notDatabase, .notEtcd: ["name a snapshot, or a copy of member/snap/db"]
    default: []
    }
  }
}
