internal import Platform

/// How the log of a pipeline is kept from showing values.
public enum MaskFormat: String, Sendable, CaseIterable {
  /// GitHub Actions: `::add-mask::` commands, read from a step's standard output.
  case github
  /// GitLab CI has no such command for values that a job comes to know: what a command writes goes
  /// through a filter instead. That works anywhere.
  case gitlab
  /// Azure Pipelines: `##vso[task.setsecret]` commands, read from a task's standard output.
  case azure

  /// The pipeline that this process runs in, by the variables that each documents; nil outside.
  public static var detected: MaskFormat? {
    if Environment.value("GITHUB_ACTIONS") == "true" { return .github }
    if Environment.value("GITLAB_CI") == "true" { return .gitlab }
    if Environment.value("TF_BUILD")?.lowercased() == "true" { return .azure }
    return nil
  }
}
