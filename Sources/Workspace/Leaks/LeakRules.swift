public import Findings

/// What `leaks` looks for (docs/revocation.md).
public enum LeakRules {
  static let value = Rule(
    "leaks/value", .critical, "The value of a sealed Secret is readable elsewhere",
    why: "It is sealed in one place and in the clear in another: whoever reads that has it.",
    fix: "Change the value at its source and seal the new one; then take the old one out here.")
  static let history = Rule(
    "leaks/history", .critical, "The value of a sealed Secret is in git's history",
    why: "What was committed once is in every clone, whatever later commits say.",
    fix: "Change the value at its source and seal the new one. Rewriting history does not reach "
      + "the copies that there are.")
  static let former = Rule(
    "leaks/former-value", .high, "A value that a sealed Secret had earlier is readable",
    why: "Who reads it has it, and only its source knows whether it still works.",
    fix: "See to it that the value was changed at its source and works no more; then take it out.")
  static let common = Rule(
    "leaks/common-value", .info, "A value that may stand anywhere by chance was found",
    why: "It is a word, a name or a number: that it stands here need not mean that somebody wrote "
      + "it down.",
    fix: "Look at the place. A password that looks like this is a weak one.")

  /// All of them.
  public static let all = [value, history, former, common]
}
