public import Findings

/// What `policy check` looks for in sealed manifests.
public enum PolicyRules {
  static let notSealed = Rule(
    "policy/not-sealed", .critical, "A Secret is in plaintext",
    why: "Whoever can read the repository, or any copy of its history, can read it.",
    fix: "sealwax encrypt --in-place FILE; if it was committed, change the values at their source.")
  static let broken = Rule(
    "policy/broken", .high, "A sealed Secret is not as it was sealed",
    why: "It does not open: a merge or a hand has changed it.",
    fix: "Restore it from git; or, if the change is right, accept it: sealwax reseal FILE.")
  static let noRule = Rule(
    "policy/no-rule", .medium, "No rule is about a sealed Secret",
    why: "Nothing says who may open it, and rewrap leaves it out.",
    fix: "Add a rule to the policy, or ignore the file there.")
  static let missingRecipient = Rule(
    "policy/missing-recipient", .medium, "Somebody who is to open a Secret cannot",
    why: "The policy names them, and the Secret was sealed before or elsewhere.",
    fix: "sealwax rewrap FILE")
  static let extraRecipient = Rule(
    "policy/extra-recipient", .high, "Somebody can open a Secret whom the policy does not name",
    why: "They left, or were never meant to.",
    fix: "sealwax rotate FILE, and change the values at their source.")
  static let forbiddenRecipient = Rule(
    "policy/forbidden-recipient", .critical, "A Secret is sealed for somebody who is forbidden",
    why: "The policy says that nothing may be sealed for them, perhaps because the key is lost.",
    fix: "sealwax rotate FILE, and change the values at their source.")
  static let otherFields = Rule(
    "policy/other-fields", .high, "Fields that the policy has sealed are not",
    why: "The object was sealed before the policy named them, so they may be in plaintext.",
    fix: "sealwax reseal FILE, which seals them; if they were committed in plaintext, change them.")
  static let otherCipher = Rule(
    "policy/other-cipher", .low, "A Secret is sealed with another cipher",
    why: "The policy names one.", fix: "sealwax rotate FILE")
  static let otherScope = Rule(
    "policy/other-scope", .medium, "A Secret is sealed with another scope",
    why: "A wider scope lets its values be moved to another Secret.", fix: "sealwax rotate FILE")
  static let oldKey = Rule(
    "policy/old-key", .medium, "A data key is older than it may be, or nobody knows how old",
    why:
      "The longer a key serves, the more copies of it there may be; a date in the future hides it.",
    fix: "sealwax rotate --older-than DAYS FILE")
  static let oldKEK = Rule(
    "policy/old-kek", .medium, "A key-encryption key is older than it may be",
    why: "Whoever has a copy of it opens everything that was ever sealed under it.",
    fix: "sealwax kek rotate KEY")
  static let unlistedKEK = Rule(
    "policy/unlisted-kek", .medium, "Nothing says how old a key-encryption key is",
    why: "The policy limits their age, and does not list this one: it may have served for years.",
    fix: "List it under 'keks' of the policy, with the day on which it was made.")
  static let retiredKEK = Rule(
    "policy/retired-kek", .high, "A Secret lies under a key-encryption key that is retired",
    why: "An old branch brought it back, or somebody sealed it who still has the old key.",
    fix: "Look at where it comes from; then move it: sealwax kek rotate KEY")
  static let notSigned = Rule(
    "policy/not-signed", .high, "A required signature is missing",
    why: "Recipients are public: without a signature anybody can have sealed it.",
    fix:
      "Have one of the signers look at all of it and seal it again: "
      + "sealwax rotate --ignore-policy --sign-with KEY FILE.")
  static let unusedRecipient = Rule(
    "policy/unused-recipient", .info, "A file of recipients is not used",
    why: "Whoever reads the folder takes them for somebody who can open something.",
    fix: "Name it in the policy, or remove it.")

  /// All of them.
  public static let all: [Rule] = [
    notSealed, broken, noRule, missingRecipient, extraRecipient, forbiddenRecipient, otherFields,
    otherCipher, otherScope, oldKey, oldKEK, unlistedKEK, retiredKEK,
    notSigned, unusedRecipient,
  ]
}
