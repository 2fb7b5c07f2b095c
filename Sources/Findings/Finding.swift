/// Something that a rule found, with its place.
public struct Finding: Sendable {
  /// The rule.
  public let rule: Rule
  /// What was seen: lower case, no full stop, no byte of a secret.
  public let message: String
  /// The file; nil where it is in none.
  public let file: String?
  /// The line, from 1; nil for the file as a whole.
  public let line: Int?
  /// The column, in characters from 1.
  public let column: Int?

  /// What keeps it from counting; nil when it counts.
  public private(set) var suppression: Suppression?

  /// Makes one.
  public init(
    _ rule: Rule, _ message: String, file: String? = nil, line: Int? = nil, column: Int? = nil
  ) {
    self.rule = rule
    self.message = withoutPasswords(message)
    self.file = file
    self.line = line
    self.column = column
  }

  /// The same, not counting any more.
  public func suppressed(by suppression: Suppression) -> Finding {
    var copy = self
    copy.suppression = suppression
    return copy
  }
}
