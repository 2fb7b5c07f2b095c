internal import Platform
internal import Synchronization

/// Tells files that no policy and no rule of SOPS is about by the folders they come from and go to:
/// nothing is to be looked up for each of many.
final class UnruledFolders: Sendable {
  private struct Pair: Sendable {
    let input: String
    /// Nil when the result takes the place of the input.
    let output: String?
    let areUnruled: Bool

    func holds(_ item: InputItem, _ outputPath: String?) -> Bool {
      guard PathParts.isName(item.path, in: input) else { return false }
      guard let output, let outputPath else { return output == nil && outputPath == nil }
      return PathParts.isName(outputPath, in: output)
    }
  }

  private let policies: PolicyFinder
  /// Nil where they do not count.
  private let sopsRules: SOPSRules?
  private let latest = Mutex<Pair?>(nil)

  init(policies: PolicyFinder, sopsRules: SOPSRules?) {
    self.policies = policies
    self.sopsRules = sopsRules
  }

  /// Whether neither an item nor its result has rules to look for; false where that takes a closer
  /// look, as for what may be a link.
  ///
  /// - Throws: `.configuration` when a policy is wrong.
  func hold(_ item: InputItem, outputPath: String?) throws(WorkspaceError) -> Bool {
    guard !item.isNamed, !item.isStandardInput else { return false }
    let elsewhere = outputPath.flatMap { item.isAt($0) ? nil : $0 }
    // Most are in the folders of the one before.
    let known = latest.withLock { latest in
      latest.flatMap { $0.holds(item, elsewhere) ? $0.areUnruled : nil }
    }
    if let known { return known }
    let input = PathParts(item.path).folder
    let output = elsewhere.map { PathParts($0).folder }
    var areUnruled = try isUnruled(input)
    // What is in a folder that was there may be a link.
    if areUnruled, let output, policies.knownFolders.isNew(output) {
      areUnruled = try isUnruled(output)
    } else if output != nil {
      areUnruled = false
    }
    latest.withLock { $0 = Pair(input: input, output: output, areUnruled: areUnruled) }
    return areUnruled
  }

  private func isUnruled(_ folder: String) throws(WorkspaceError) -> Bool {
    guard try policies.policy(inOrAbove: folder) == nil,
      let place = ResolvedPath.folder(folder)
    else { return false }
    return try sopsRules?.configuration(for: place) == nil
  }
}
