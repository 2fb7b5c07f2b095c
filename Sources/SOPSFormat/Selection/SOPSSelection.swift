/// Which values of a file are encrypted.
///
/// A file has exactly one rule. Suffixes and expressions are compared with every key on the way to a
/// value, so what is below a key shares its lot; expressions for comments with the comments above
/// a value and above what it is in.
public struct SOPSSelection: Sendable, Equatable {
  /// The kinds of rules, by their names in the metadata.
  public enum Kind: String, Sendable, CaseIterable {
    /// All but what is below a key with this ending.
    case unencryptedSuffix = "unencrypted_suffix"
    /// Only what is below a key with this ending.
    case encryptedSuffix = "encrypted_suffix"
    /// All but what is below a key that the expression matches.
    case unencryptedRegex = "unencrypted_regex"
    /// Only what is below a key that the expression matches.
    case encryptedRegex = "encrypted_regex"
    /// All but what is below a comment that the expression matches.
    case unencryptedCommentRegex = "unencrypted_comment_regex"
    /// Only what is below a comment that the expression matches.
    case encryptedCommentRegex = "encrypted_comment_regex"

    var isRegex: Bool { self != .unencryptedSuffix && self != .encryptedSuffix }
    var isAboutComments: Bool {
      self == .unencryptedCommentRegex || self == .encryptedCommentRegex
    }
    /// Whether a match means encryption.
    var encryptsMatches: Bool {
      switch self {
      case .encryptedSuffix, .encryptedRegex, .encryptedCommentRegex: true
      default: false
      }
    }
  }

  /// The kind of rule.
  public let kind: Kind
  /// The suffix, or the regular expression (RE2).
  public let pattern: String
  /// It, made ready for a walk over a tree.
  let selector: Selector

  /// The rule of files that name none: what is below a key ending in `_unencrypted` stays plain.
  public static let standard = SOPSSelection(
    .unencryptedSuffix, "_unencrypted", Selector(suffix: "_unencrypted", .unencryptedSuffix))

  /// Makes a rule.
  ///
  /// - Throws: `.malformedRule` when the pattern is empty, not RE2, or too large.
  public init(_ kind: Kind, _ pattern: String) throws(SOPSError) {
    self.init(kind, pattern, try Selector(kind, pattern))
  }

  private init(_ kind: Kind, _ pattern: String, _ selector: Selector) {
    self.kind = kind
    self.pattern = pattern
    self.selector = selector
  }

  /// Whether it is the rule of this kind with this pattern.
  func isRule(_ kind: Kind, _ pattern: String) -> Bool {
    self.kind == kind && self.pattern.isExactly(pattern)
  }

  public static func == (left: SOPSSelection, right: SOPSSelection) -> Bool {
    left.isRule(right.kind, right.pattern)
  }
}
