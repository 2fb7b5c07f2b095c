internal import CryptoCore
internal import Platform

/// Runs a command with the values of Secrets, in its environment or as files in memory.
public struct SecretExecution: Sendable {
  /// How values are handed over.
  public enum Delivery: Sendable, Equatable {
    /// As environment variables.
    case environment
    /// As files in a private folder in memory, named like the keys; the folder's path is in
    /// SEALWAX_FILES and takes the place of `{}` in arguments.
    case files
  }

  /// How values are handed over.
  public var delivery = Delivery.environment
  /// What is put in front of variables' names.
  public var prefix = ""
  /// Whether names are written in capitals, with `_` for `-` and `.`.
  public var normalizesNames = false
  /// Whether the command gets nothing of our own environment.
  public var isPristine = false
  /// Whether files may lie on a disk when there is no file system in memory.
  public var allowsDisk = false
  /// What the command writes is searched for the values, and they are replaced by `[MASKED]`.
  public var masksOutput = false

  /// The variable with the folder's path.
  public static let folderVariable = "SEALWAX_FILES"

  /// Values in the environment, under their own names.
  public init() {}

  /// Runs a command to its end and returns its status as a shell gives it.
  ///
  /// - Throws: `.usage` when a key cannot be a variable's name, `.noInput` when there is no such
  ///   command.
  public func run(
    _ command: [String], values: borrowing OpenedValues
  ) throws(WorkspaceError) -> Int32 {
    guard let name = command.first else { throw WorkspaceError(.usage, "no command was named") }
    var environment = ChildEnvironment(inheriting: !isPristine)
    var arguments = Array(command.dropFirst())
    guard delivery == .files else {
      try fill(&environment, values)
      return try run(ChildProgram(name, arguments: arguments), environment, values)
    }
    let folder: PrivateFolder
    do { folder = try PrivateFolder(allowingDisk: allowsDisk) } catch {
      throw WorkspaceError(writing: error)
    }
    defer { folder.remove() }
    try fill(folder, values)
    do { try environment.set(SecretExecution.folderVariable, to: folder.path) } catch {
      throw WorkspaceError(writing: error)
    }
    arguments = arguments.map { SecretExecution.replacing("{}", with: folder.path, in: $0) }
    return try run(ChildProgram(name, arguments: arguments), environment, values)
  }

  private func run(
    _ program: ChildProgram, _ environment: consuming ChildEnvironment,
    _ values: borrowing OpenedValues
  ) throws(WorkspaceError) -> Int32 {
    if masksOutput {
      return try MaskedRun.run(program, environment, masking: try ValueAutomaton(values))
    }
    do {
      return try ChildProcess.runInForeground(program, environment: environment).shellStatus
    } catch { throw WorkspaceError(reading: error) }
  }

  private func fill(
    _ environment: inout ChildEnvironment, _ values: borrowing OpenedValues
  ) throws(WorkspaceError) {
    var owners: [String: String] = [:]
    for unit in values.units {
      for (key, range) in unit.values {
        let name = VariableName(key, prefix: prefix, isNormalized: normalizesNames)
        try name.check(of: unit.label)
        if let owner = owners[name.text] {
          throw WorkspaceError(
            .usage,
            "\(escapedForTerminal(key)) is in \(escapedForTerminal(owner)) too: which one is meant?",
            unit: unit.label, hints: ["choose one with --secret [NAMESPACE/]NAME"])
        }
        owners[name.text] = unit.label
        do { try environment.set(name.text, to: values.bytes.bytes.extracting(range)) } catch {
          throw WorkspaceError(
            .malformed,
            "the value of \(escapedForTerminal(key)) has a NUL byte, which a variable cannot hold",
            unit: unit.label, hints: ["hand it over as a file with --files"])
        }
      }
    }
  }

  private func fill(
    _ folder: PrivateFolder, _ values: borrowing OpenedValues
  ) throws(WorkspaceError) {
    for unit in values.units {
      for (key, range) in unit.values {
        do {
          try folder.write(values.bytes.bytes.extracting(range), named: key, mode: 0o400)
        } catch {
          throw error.code == .alreadyExists
            ? WorkspaceError(
              .usage, "\(escapedForTerminal(key)) is in several of the Secrets", unit: unit.label,
              hints: ["choose one with --secret [NAMESPACE/]NAME"])
            : WorkspaceError(writing: error)
        }
      }
    }
  }

  private static func replacing(_ mark: String, with text: String, in argument: String) -> String {
    var result = ""
    var rest = argument[...]
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[brace...]
      if rest.hasPrefix(mark) {
        result += text
        rest = rest.dropFirst(mark.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }
}
