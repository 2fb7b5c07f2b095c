internal import CryptoCore
internal import Platform

/// What of git's configuration is ours.
struct GitConfiguration {
  let git: GitProgram
  let scope: GitInstallation.Scope

  private var option: String { "--\(scope.rawValue)" }

  /// The variables and their values; with nil those that must not be there.
  static func entries(program: String, hasFilter: Bool) -> [(name: String, value: String?)] {
    let call = ShellText.quoted(program)
    let labels = "--base-label=%S --ours-label=%X --theirs-label=%Y"
    return [
      ("diff.sealwax.textconv", "\(call) git diff --"),
      ("merge.sealwax.name", "Sealwax: sealed manifests, value by value"),
      (
        "merge.sealwax.driver",
        "\(call) git merge %O %A %B --path=%P --marker-size=%L \(labels)"
      ),
      ("filter.sealwax.process", hasFilter ? "\(call) git filter-process" : nil),
      ("filter.sealwax.clean", hasFilter ? "\(call) git clean -- %f" : nil),
      ("filter.sealwax.smudge", hasFilter ? "\(call) git smudge -- %f" : nil),
      ("filter.sealwax.required", hasFilter ? "true" : nil),
    ]
  }

  /// Whether the filter that counts is not of this configuration, and stays without it.
  var hasFilterElsewhere: Bool {
    guard scope == .global,
      let found = git.line(["config", "--show-scope", "--get", "filter.sealwax.process"])
    else { return false }
    return !found.hasPrefix(scope.rawValue)
  }

  /// Sets the variables; returns whether anything changed.
  func write(_ entries: [(name: String, value: String?)]) throws(WorkspaceError) -> Bool {
    var isChanged = false
    for (name, value) in entries {
      let found = git.line(["config", option, "--get", name])
      guard found != value else { continue }
      isChanged = true
      if let value {
        _ = try git.output(["config", option, "--replace-all", name, value])
      } else {
        _ = try git.output(["config", option, "--unset-all", name])
      }
    }
    return isChanged
  }

  /// Takes all of them out; returns whether there were any.
  func remove() throws(WorkspaceError) -> Bool {
    let names = Self.entries(program: "sealwax", hasFilter: true).map(\.name)
    var isChanged = false
    for name in names + [DiffText.configurationName]
    where git.line(["config", option, "--get-all", name]) != nil {
      isChanged = true
      _ = try git.output(["config", option, "--unset-all", name])
    }
    return isChanged
  }
}
