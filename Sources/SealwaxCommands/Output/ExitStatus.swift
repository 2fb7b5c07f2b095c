internal import ArgumentParser
internal import Workspace

/// The exit statuses, on sysexits(3) as swift-argument-parser's are (docs/commands.md).
enum ExitStatus {
  /// Findings, or verification failed.
  static let findings: Int32 = 1

  /// The status of a failure.
  static func of(_ error: WorkspaceError) -> Int32 {
    switch error.kind {
    case .usage: 64
    case .malformed: 65
    case .noInput: 66
    case .other: 70
    case .cannotCreate: 73
    case .inputOutput: 74
    case .noIdentity: 77
    case .configuration: 78
    }
  }
}
