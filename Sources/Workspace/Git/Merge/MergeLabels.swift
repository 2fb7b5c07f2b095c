internal import Platform

/// What is written behind conflict markers: which version, and who changed it.
public struct MergeLabels: Sendable {
  /// What both sides come from.
  public var base: String
  /// The side that is merged into.
  public var ours: String
  /// The side that is merged.
  public var theirs: String

  /// What git gave us (%S, %X and %Y of a merge driver); a git before 2.44 leaves the words.
  public init(base: String?, ours: String?, theirs: String?) {
    func given(_ text: String?) -> String? {
      text.flatMap { $0.isEmpty || $0.hasPrefix("%") ? nil : $0 }
    }
    self.base = given(base) ?? "base"
    self.ours = given(ours) ?? ""
    self.theirs = given(theirs) ?? ""
  }

  /// The same, completed from what else git says.
  func completed(_ history: MergeHistory) -> MergeLabels {
    var labels = self
    if labels.ours.isEmpty { labels.ours = "HEAD" }
    if labels.theirs.isEmpty { labels.theirs = history.theirs?.name ?? "theirs" }
    labels.ours = escapedForTerminal(String(labels.ours.prefix(200)))
    labels.theirs = escapedForTerminal(String(labels.theirs.prefix(200)))
    return labels
  }
}
