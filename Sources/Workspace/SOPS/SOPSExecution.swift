public import CryptoCore
internal import Platform
public import SOPSFormat

/// Runs a shell's command with what a file holds, as SOPS's `exec-env` and `exec-file` do.
public struct SOPSExecution: Sendable {
  private let command: String
  private let user: LocalUser?

  /// - Parameters:
  ///   - command: what `/bin/sh -c` runs.
  ///   - user: the name of the user who runs it; nil for us.
  /// - Throws: `.usage` when there is no such user, or we are not root.
  public init(_ command: String, user name: String? = nil) throws(WorkspaceError) {
    self.command = command
    user = try name.map { (name) throws(WorkspaceError) in try SOPSExecution.user(name) }
  }

  private static func user(_ name: String) throws(WorkspaceError) -> LocalUser {
    guard LocalUser.canBecomeOthers else {
      throw WorkspaceError(
        .usage, "only root can run a command as another user", hints: ["leave --user out"])
    }
    let found: LocalUser?
    do { found = try LocalUser.find(name) } catch { throw WorkspaceError(reading: error) }
    guard let found else {
      throw WorkspaceError(
        .usage, "there is no user '\(escapedForTerminal(name))' in /etc/passwd",
        hints: ["of another directory: 'exec runuser -u NAME -- COMMAND' in the command"])
    }
    return found
  }

  /// What SOPS calls the file when nobody names it.
  public static let defaultName = "tmp-file"

  /// Runs the command with the values at the top of a file in its environment; returns its status as
  /// a shell gives it.
  ///
  /// - Parameters:
  ///   - isPristine: whether it gets nothing of our own environment.
  ///   - isInBackground: whether it is only begun, without our standard streams; the status is then 0.
  /// - Throws: `.malformed` when a value has a NUL byte, `.noInput` without a shell.
  public func run(
    variables: borrowing SOPSVariables, isPristine: Bool, isInBackground: Bool = false
  ) throws(WorkspaceError) -> Int32 {
    var environment = ChildEnvironment(inheriting: !isPristine)
    if !isPristine { try passKeys(to: &environment) }
    for (name, value) in variables.entries {
      do { try environment.set(name, to: variables.bytes.bytes.extracting(value)) } catch {
        throw WorkspaceError(
          .malformed,
          "'\(escapedForTerminal(name))' or its value has a NUL byte, which no variable can hold")
      }
    }
    guard isInBackground else { return try run(["-c", command], environment) }
    // The first shell leaves the second one behind, which is given the command as it is.
    let words = ["-c", "/bin/sh -c \"$1\" </dev/null >/dev/null 2>&1 &", "/bin/sh", command]
    return try run(words, environment)
  }

  /// Runs the command with the path of a file in place of `{}`; returns its status as a shell gives it.
  ///
  /// The file is a named pipe, which can be read once, or one in a file system in memory.
  ///
  /// - Parameters:
  ///   - name: what the file is called.
  ///   - isPipe: whether it is a pipe.
  /// - Throws: `.usage` when the name has a slash, `.cannotCreate`.
  public func run(
    file text: consuming WipedBuffer, named name: String, isPipe: Bool
  ) throws(WorkspaceError) -> Int32 {
    let folder: PrivateFolder
    // Nothing that goes through a pipe is ever on a disk.
    do { folder = try PrivateFolder(allowingDisk: isPipe, for: user) } catch {
      throw WorkspaceError(writing: error)
    }
    defer { folder.remove() }
    do throws(PlatformError) {
      if isPipe {
        try folder.offer(text, throughPipeNamed: name)
      } else {
        try folder.write(text.bytes, named: name)
      }
    } catch {
      guard error.code == .invalidName else { throw WorkspaceError(writing: error) }
      throw WorkspaceError(.usage, "the file's name must be one without a folder")
    }
    var environment = ChildEnvironment()
    try passKeys(to: &environment)
    let path = folder.path(of: name)
    return try run(["-c", SOPSExecution.replacing("{}", with: path, in: command)], environment)
  }

  /// One such command may stand within another, which needs the keys again; another user does not
  /// get ours.
  private func passKeys(
    to environment: inout ChildEnvironment
  ) throws(WorkspaceError) {
    guard user == nil else { return }
    for name in [
      KeyVariables.sopsKey, KeyVariables.sopsKeyFile, KeyVariables.sopsSSHKeyFile,
    ] {
      guard let value = try? Environment.secret(name) else { continue }
      do { try environment.set(name, to: value.bytes) } catch {
        throw WorkspaceError(reading: error)
      }
    }
  }

  private func run(
    _ arguments: [String], _ environment: consuming ChildEnvironment
  ) throws(WorkspaceError) -> Int32 {
    var environment = environment
    let shell = ChildProgram("/bin/sh", arguments: arguments)
    do throws(PlatformError) {
      guard let user else {
        return try ChildProcess.runInForeground(shell, environment: environment).shellStatus
      }
      try environment.set("HOME", to: user.home)
      try environment.set("USER", to: user.name)
      try environment.set("LOGNAME", to: user.name)
      return try ChildProcess.runInForeground(shell, as: user, environment: environment)
        .shellStatus
    } catch { throw WorkspaceError(reading: error) }
  }

  private static func replacing(_ mark: String, with text: String, in command: String) -> String {
    var result = ""
    var rest = command[...]
    while !rest.isEmpty {
      if rest.hasPrefix(mark) {
        result += text
        rest = rest.dropFirst(mark.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
