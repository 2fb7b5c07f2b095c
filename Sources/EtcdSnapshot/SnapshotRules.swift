public import Findings

/// What `at-rest snapshot` looks for in a database.
public enum SnapshotRules {
  private static let rewrite = "Rewrite them: kubectl get secrets -A -o json | kubectl replace -f -"

  /// See its title.
  public static let plaintextSecrets = Rule(
    "etcd/plaintext-secrets", .critical, "Secrets are stored in plaintext",
    why: "Whoever has etcd, its disk or a backup of it can read them.",
    fix: "'sealwax at-rest plan --enable' gives the steps.",
    controls: [
      .cis("1.2.27"), .nsa("6.1"), .checklist("encryption at rest for the Secret API"),
      .kubernetes(35), .kubernetes(38),
    ])
  /// See its title.
  public static let plaintextThoughCovered = Rule(
    "etcd/plaintext-though-covered", .high,
    "Objects are in plaintext although the configuration encrypts them",
    why: "They were written before, and stay as they are until somebody writes them again.",
    fix: rewrite, controls: [.kubernetes(38), .kubernetes(39)])
  /// See its title.
  public static let plaintextHistory = Rule(
    "etcd/plaintext-history", .high, "Older revisions in plaintext are still in the file",
    why: "A rewrite makes a new revision and leaves the old one until etcd is compacted.",
    fix: "Compact etcd, then defragment each member.", controls: [.kubernetes(38)])
  /// See its title.
  public static let plaintextInFreeSpace = Rule(
    "etcd/plaintext-in-free-space", .high, "Secrets in plaintext stand in free pages",
    why: "Compaction only sets pages free: what is in them can be read until they are written "
      + "over or etcd is defragmented.",
    fix: "Defragment each member, and replace the backups made before.",
    controls: [.kubernetes(45)])
  /// See its title.
  public static let lostKey = Rule(
    "etcd/unreadable-lost-key", .critical,
    "Objects lie under a key that the configuration has lost",
    why: "Reading one of them fails, and so does every list of the resource; the API server is "
      + "never ready.",
    fix: "Put the key back into the configuration; older versions of the file have it.",
    controls: [.kubernetes(37), .kubernetes(40)])
  /// See its title.
  public static let failed = Rule(
    "etcd/unreadable-failed", .critical, "Objects do not open with the key of their name",
    why: "The configuration has other bytes under that name, or the value was changed in etcd.",
    fix: "Look for an older version of the configuration with that key.",
    controls: [.kubernetes(40)])
  /// See its title.
  public static let notCovered = Rule(
    "etcd/unreadable-not-covered", .critical, "Objects are encrypted and no entry covers them",
    why: "The API server reads them as they are, and fails.",
    fix: "Put the entry back until they have been rewritten in plaintext.",
    controls: [.kubernetes(40), .kubernetes(33)])
  /// See its title.
  public static let plaintextUnreadable = Rule(
    "etcd/unreadable-plaintext-unreadable", .critical,
    "Objects are in plaintext and 'identity' is gone",
    why: "The API server takes them for something encrypted, and fails.",
    fix: "Put 'identity: {}' back as the last provider, rewrite them, and take it out again.",
    controls: [.kubernetes(28), .kubernetes(40)])
  /// See its title.
  public static let unknown = Rule(
    "etcd/unreadable-unknown", .critical, "Objects were written by an unknown provider",
    why: "No API server of today reads them.", fix: "Find out what wrote them.",
    controls: [.kubernetes(40)])
  /// See its title.
  public static let nothingUnderPrefix = Rule(
    "etcd/nothing-under-prefix", .medium, "No key begins with the prefix",
    why:
      "An API server with another --etcd-prefix wrote this database, and nothing of it was looked at.",
    fix: "Name the prefix with --etcd-prefix.", controls: [.kubernetes(44)])

  /// The rule about objects that the API server cannot read.
  public static func unreadable(_ verdict: Verdict) -> Rule {
    switch verdict {
    case .lostKey: lostKey
    case .failed: failed
    case .notCovered: notCovered
    case .plaintextUnreadable: plaintextUnreadable
    default: unknown
    }
  }

  /// All of them.
  public static let all: [Rule] = [
    plaintextSecrets, plaintextThoughCovered, plaintextHistory, plaintextInFreeSpace, lostKey,
    failed, notCovered, plaintextUnreadable, unknown, nothingUnderPrefix,
  ]
}
