/// The older way in which kustomize runs programs: a file with the configuration, objects as a YAML
/// stream (kubernetes-sigs/kustomize, plugins of `--enable-alpha-plugins`).
public enum ExecPlugin {
  /// What a plugin works on: the files that its configuration names, else standard input.
  ///
  /// - Throws: `.malformed` when the configuration is wrong, `.usage` for files outside of the working
  ///   folder.
  public static func inputs(configuration path: String) throws(WorkspaceError) -> InputPaths {
    let files = try FunctionConfiguration(file: path).files
    for file in files { try FunctionConfiguration.check(file) }
    return try InputPaths(files.isEmpty ? ["-"] : files)
  }
}
