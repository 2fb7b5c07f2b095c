internal import ArgumentParser
internal import Workspace

/// A pipeline, named or to be found out.
enum MaskChoice: String, ExpressibleByArgument, CaseIterable {
  case github, gitlab, azure, auto

  /// The pipeline that is meant.
  ///
  /// - Throws: `.usage` when it is to be found out and is none.
  func format() throws(WorkspaceError) -> MaskFormat {
    switch self {
    case .github: return .github
    case .gitlab: return .gitlab
    case .azure: return .azure
    case .auto:
      guard let format = MaskFormat.detected else {
        throw WorkspaceError(
          .usage, "this is no pipeline of GitHub, GitLab or Azure",
          hints: ["name the one whose log it is: github, gitlab or azure"])
      }
      return format
    }
  }
}
