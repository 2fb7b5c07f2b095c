internal import CryptoCore
internal import Platform

/// By which programs git filters the files of the worktree in calls of ours: whoever wrote the
/// repository's configuration may have named others.
enum FilterDrivers {
  /// Git with this program as our filter, and without any other.
  static func ours(_ git: GitProgram) throws(WorkspaceError) -> GitProgram {
    var git = try none(git)
    let program: String
    do { program = try Files.linkTarget(of: "/proc/self/exe") } catch {
      throw WorkspaceError(reading: error)
    }
    for (name, value) in GitConfiguration.entries(program: program, hasFilter: true)
    where name.hasPrefix("filter.") {
      if let value { git.variables.append((name, value)) }
    }
    return git
  }

  /// Git without any filter, nor the hook that writing the index has.
  static func none(_ git: GitProgram) throws(WorkspaceError) -> GitProgram {
    var git = git
    git.variables = [("core.hooksPath", "/dev/null")]
    for driver in try names(git) {
      git.variables += [
        ("filter.\(driver).process", ""), ("filter.\(driver).clean", ""),
        ("filter.\(driver).smudge", ""), ("filter.\(driver).required", "false"),
      ]
    }
    return git
  }

  /// The drivers that the configuration names, ours among them.
  private static func names(_ git: GitProgram) throws(WorkspaceError) -> Set<String> {
    let found = try git.run(["config", "-z", "--name-only", "--get-regexp", "^filter\\."])
    // Of nothing found.
    guard found.status != .exited(1) else { return [] }
    guard found.status.isSuccess,
      let text = String(validating: [UInt8](copying: found.output.bytes), as: UTF8.self)
    else {
      throw WorkspaceError(
        .configuration, "git's configuration names filters in a way that cannot be read",
        hints: ["look at 'git config --get-regexp filter'"])
    }
    var names: Set<String> = []
    for variable in text.split(separator: "\0") {
      guard let start = variable.firstIndex(of: "."), let end = variable.lastIndex(of: "."),
        start < end
      else { continue }
      names.insert(String(variable[variable.index(after: start)..<end]))
    }
    return names
  }
}
