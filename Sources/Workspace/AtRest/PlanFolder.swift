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

  /// Writes the configurations into a new folder that only its owner can read; it is there with
  /// all of them or not at all.
  ///
  /// - Throws: `.cannotCreate` when there is a plan or anything else already.
  public func write(_ states: RotationStates) throws(WorkspaceError) {
    do throws(PlatformError) {
      let folder = try NewFolder(at: path)
      let configurations: [(RotationProgress.State, StorageConfiguration?)] = [
        (.current, states.current), (.reading, states.reading), (.writing, states.writing),
        (.final, states.final),
      ]
      for (state, configuration) in configurations {
        var text = WipedBuffer()
        text.append(utf8: "# There is no configuration at this step.\n")
        if let configuration { text = configuration.text() }
        let name = configuration == nil ? Self.marker(state.fileName) : state.fileName
        try folder.write(text.bytes, named: name)
      }
      try folder.commit()
    } catch  where error.code == .alreadyExists {
      throw WorkspaceError(
        .cannotCreate, "the folder '\(escapedForTerminal(path))' is not empty", path: path,
        hints: [
          "go on with the plan in it with --resume, or name another folder: its keys may be in use"
        ])
    } catch { throw WorkspaceError(writing: error) }
  }

  /// Stands for a step without a configuration, so that a lost file is not taken for one.
  private static func marker(_ path: String) -> String { path + ".none" }

  private func optional(
    _ state: RotationProgress.State
  ) throws(WorkspaceError) -> StorageConfiguration? {
    Files.exists(Self.marker(file(state))) ? nil : try ConfigurationFile.read(file(state))
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
