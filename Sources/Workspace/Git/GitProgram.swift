internal import CryptoCore
internal import Platform

/// Runs git in the repository that the working directory, or whoever started us, says.
struct GitProgram: Sendable {
  /// For every call: whoever wrote the repository's configuration may have named a program here.
  static let options = ["-c", "core.fsmonitor=false"]

  /// The folder to run in; nil for ours.
  var folder: String?
  /// What counts before all that the configuration says.
  var variables: [(name: String, value: String)] = []

  /// What git prints.
  ///
  /// - Throws: `.inputOutput` with what git says when it fails, `.configuration` when there is no
  ///   git.
  func output(
    _ arguments: [String], input: Span<UInt8> = Span(), passed: [Int32: Int32] = [:]
  ) throws(WorkspaceError) -> WipedBuffer {
    let result = try run(arguments, input: input, passed: passed)
    guard result.status.isSuccess else { throw Self.failure(arguments, result) }
    return result.takeOutput()
  }

  /// The one line that git prints; nil when it fails, or when that is no UTF-8.
  func line(_ arguments: [String]) -> String? {
    guard let text = text(arguments) else { return nil }
    let line = text.utf8.last == 0x0a ? String(text.utf8.dropLast()) : text
    return line.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// All that git prints; nil when it fails, or when that is no UTF-8.
  func text(_ arguments: [String]) -> String? {
    guard let result = try? run(arguments), result.status.isSuccess else { return nil }
    return String(validating: [UInt8](copying: result.output.bytes), as: UTF8.self)
  }

  /// Runs git to its end.
  func run(
    _ arguments: [String], input: Span<UInt8> = Span(), passed: [Int32: Int32] = [:]
  ) throws(WorkspaceError) -> ChildResult {
    do {
      var environment = try Self.environment()
      try Self.set(variables, in: &environment)
      return try ChildProcess.run(
        ChildProgram(
          "git", arguments: Self.options + arguments, folder: folder),
        input: input, passed: passed, environment: environment)
    } catch {
      guard error.code == .notFound else { throw WorkspaceError(reading: error) }
      throw WorkspaceError(
        .configuration, "there is no git on PATH", hints: ["install git, or name it on PATH"])
    }
  }

  /// Ours, in which git asks nobody and fetches nothing.
  static func environment() throws(PlatformError) -> ChildEnvironment {
    var environment = ChildEnvironment()
    try environment.set("GIT_NO_LAZY_FETCH", to: "1")
    // Git before 2.45 does not know that one.
    try environment.set("GIT_ALLOW_PROTOCOL", to: "none")
    try environment.set("GIT_TERMINAL_PROMPT", to: "0")
    try environment.set("GIT_OPTIONAL_LOCKS", to: "0")
    return environment
  }

  /// Behind those that whoever started us has set (git-config(1), "GIT_CONFIG_COUNT").
  private static func set(
    _ variables: [(name: String, value: String)], in environment: inout ChildEnvironment
  ) throws(PlatformError) {
    guard !variables.isEmpty else { return }
    // Git refuses a number that is none, or too large.
    let given = Environment.value("GIT_CONFIG_COUNT").flatMap { UInt16($0) } ?? 0
    var count = Int(given)
    for (name, value) in variables {
      try environment.set("GIT_CONFIG_KEY_\(count)", to: name)
      try environment.set("GIT_CONFIG_VALUE_\(count)", to: value)
      count += 1
    }
    try environment.set("GIT_CONFIG_COUNT", to: "\(count)")
  }

  private static func failure(
    _ arguments: [String], _ result: borrowing ChildResult
  ) -> WorkspaceError {
    let text = String(decoding: [UInt8](copying: result.errors.bytes), as: UTF8.self)
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    let reason = escapedForTerminal(line.hasPrefix("fatal: ") ? String(line.dropFirst(7)) : line)
    return WorkspaceError(
      .inputOutput,
      "git \(arguments.first ?? "") failed" + (reason.isEmpty ? "" : ": \(reason)"))
  }
}
