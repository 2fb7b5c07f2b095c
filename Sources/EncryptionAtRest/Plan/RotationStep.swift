/// One step of a plan.
public struct RotationStep: Sendable, Equatable {
  /// What is done in it, in this order.
  public enum Kind: String, Sendable, CaseIterable, Comparable {
    case backup
    case installReading = "install-reading"
    case installWriting = "install-writing"
    case rewrite
    case compactHistory = "compact-history"
    case installFinal = "install-final"
    case defragment
    case retireBackups = "retire-backups"

    public static func < (left: Kind, right: Kind) -> Bool { left.place < right.place }

    private var place: Int { Kind.allCases.firstIndex(of: self) ?? 0 }

    static func install(_ state: RotationProgress.State) -> Kind {
      switch state {
      case .current, .reading: .installReading
      case .writing: .installWriting
      case .final: .installFinal
      }
    }
  }

  /// Where a step stands.
  public enum Status: String, Sendable {
    case done, next, todo
  }

  /// Its number, from 1.
  public let number: Int
  /// What is done.
  public let kind: Kind
  /// The same for people.
  public let title: String
  /// Why, and what to look out for.
  public let explanation: [String]
  /// Which of the plan's files goes onto the nodes.
  public let file: String?
  /// What to run.
  public let commands: [String]
  /// What must hold before the next step.
  public let checks: [String]
  /// Where it stands.
  public let status: Status
}
