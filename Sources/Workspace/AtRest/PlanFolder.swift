internal import CryptoCore
public import EncryptionAtRest
internal import Platform

/// The folder that a plan keeps its configurations in, new keys included.
public struct PlanFolder: Sendable {
  /// Its path.
  public let path: String

  /// Names one.
  public init(_ path: String) { self.path = path }

  private func file(_ state: RotationProgress.State) -> String {
    PathParts.join(path, state.fileName)
  }

  /// Writes the configurations into a new folder that only its owner can read.
  ///
  /// - Throws: `.cannotCreate` when there is a plan already.
  public func write(_ states: RotationStates) throws(WorkspaceError) {
    guard !RotationProgress.State.allCases.contains(where: { Files.exists(file($0)) }) else {
      throw WorkspaceError(
        .cannotCreate, "the folder '\(escapedForTerminal(path))' has a plan already", path: path,
        hints: ["go on with it with --resume, or name another folder: its keys may be in use"])
    }
    do throws(PlatformError) {
      try Files.makeFolder(path, mode: 0o700)
      guard try Files.identity(of: path).permissions & 0o022 == 0 else {
        throw PlatformError(.permissionDenied, "keep keys where others can write: ", path: path)
      }
    } catch { throw WorkspaceError(writing: error) }
    // The last one first: a plan that was cut short is none.
    let configurations: [(RotationProgress.State, StorageConfiguration?)] = [
      (.final, states.final), (.writing, states.writing), (.reading, states.reading),
      (.current, states.current),
    ]
    for (state, configuration) in configurations {
      var text = WipedBuffer()
      text.append(utf8: "# There is no configuration at this step.\n")
      if let configuration { text = configuration.text() }
      let path = configuration == nil ? marker(state) : file(state)
      do throws(PlatformError) {
        try AtomicFile.write(
          text.bytes, to: path, expecting: .absent, options: WriteOptions(mode: 0o600))
      } catch { throw WorkspaceError(writing: error) }
    }
  }

  /// Stands for a step without a configuration, so that a lost file is not taken for one.
  private func marker(_ state: RotationProgress.State) -> String { file(state) + ".none" }

  private func optional(
    _ state: RotationProgress.State
  ) throws(WorkspaceError) -> StorageConfiguration? {
    Files.exists(marker(state)) ? nil : try ConfigurationFile.read(file(state))
  }

  /// Reads the configurations of a plan that was made before.
  ///
  /// - Throws: `.noInput` when there is none.
  public func read() throws(WorkspaceError) -> RotationStates {
    guard Files.exists(file(.reading)), Files.exists(file(.writing)) else {
      throw WorkspaceError(
        .noInput, "the folder '\(escapedForTerminal(path))' has no plan", path: path,
        hints: ["make one with 'sealwax at-rest plan --output-dir'"])
    }
    return RotationStates(
      current: try optional(.current),
      reading: try ConfigurationFile.read(file(.reading)),
      writing: try ConfigurationFile.read(file(.writing)),
      final: try optional(.final))
  }
}
