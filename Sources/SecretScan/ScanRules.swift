public import Findings

/// What `git precommit` looks for (docs/precommit.md).
public enum ScanRules {
  /// Values of a Secret in plaintext.
  public static let plaintextSecret = Rule(
    "git/plaintext-secret", .critical, "A Secret's values are in plaintext",
    why: "Base64 is no encryption, and what is pushed once stays in history and in every clone.",
    fix: "Run 'sealwax encrypt --in-place FILE' and 'git add FILE'. If it was pushed before, "
      + "change the values themselves.",
    controls: [.kubernetes(48), .kubernetes(49)])
  /// The same in another document.
  public static let embeddedSecret = Rule(
    "git/embedded-secret", .critical, "A Secret's values are in plaintext inside another document",
    why:
      "A Secret in a ConfigMap, in values of a chart, in a generator or in Base64 is as readable "
      + "as one in a file of its own, and nothing seals it there.",
    fix: "Move the Secret into a file of its own, refer to it by name, and run 'sealwax encrypt "
      + "--in-place FILE'.",
    controls: [.kubernetes(48), .kubernetes(49)])
  /// The same in a text or a comment.
  public static let secretInText = Rule(
    "git/secret-in-text", .high, "A Secret's values are in plaintext in a template, script or text",
    why: "The file is no manifest by itself, but the values in it are as readable.",
    fix: "Take the values out: seal the manifest that comes of it with 'sealwax encrypt --in-place "
      + "FILE', or have them filled in later. For examples with made-up values add the file to "
      + "'ignore' in .sealwax.yaml.")
  /// The same in an annotation that has the object a second time.
  public static let appliedConfiguration = Rule(
    "git/applied-configuration", .critical, "An annotation repeats a Secret's values",
    why: "kubectl apply and its like keep the object as it was applied in an annotation; who saves "
      + "a manifest with 'kubectl get -o yaml' has the values in it a second time.",
    fix: "Delete the annotation from the file: kubectl makes it anew. For a live object: 'kubectl "
      + "annotate secret NAME kubectl.kubernetes.io/last-applied-configuration-'.")
  /// A value in plaintext beside sealed ones.
  public static let halfSealed = Rule(
    "git/half-sealed", .critical, "A value stands in plaintext beside ciphertext",
    why: "It was added by hand or by a merge after the others were sealed, and stays readable.",
    fix: "Take it out of FILE and add it with 'sealwax set FILE stringData.KEY < VALUE'.")
  static let lostEnvelope = Rule(
    "git/lost-envelope", .high, "The envelope of sealed values is gone or damaged",
    why: "Without the annotation sealwax.dev/envelope nobody can open the values any more.",
    fix: "Restore the file: 'git restore --source=HEAD --staged --worktree FILE', or take the "
      + "annotation from the version that had it.")
  static let lostSOPSMetadata = Rule(
    "git/lost-sops-metadata", .high, "SOPS's metadata are gone or damaged",
    why: "The data key is in the metadata (the key 'sops'): without them nobody can open the "
      + "values any more.",
    fix: "Restore the file: 'git restore --source=HEAD --staged --worktree FILE', or take the "
      + "metadata from the version that had them.")
  static let staleSeal = Rule(
    "git/stale-seal", .high, "A Secret was changed after it was sealed",
    why: "Entries, the name, the type or recipients are not those that the seal was made over: "
      + "nothing opens it, and who changed it need not have been allowed to.",
    fix: "After a merge, or when the change is yours: 'sealwax reseal FILE' says what it accepts "
      + "and seals it; then 'git add FILE'. Else restore FILE with 'git restore --source=HEAD "
      + "--staged --worktree FILE' and make the change with 'sealwax set' or 'sealwax edit FILE'.")
  static let openConflict = Rule(
    "git/open-conflict", .high, "A merge of Secrets is not finished",
    why: "git's conflict markers are still in the file: nothing can read it, and a value that was "
      + "typed between them stays in plaintext.",
    fix: "Choose the lines to keep, take the markers out, and run 'sealwax reseal FILE' (of "
      + "plaintext 'sealwax encrypt --in-place FILE') and 'git add FILE'.")
  static let badSignature = Rule(
    "git/bad-signature", .high, "A signature does not hold",
    why: "What stands there is not what was signed.",
    fix: "Restore FILE, or have a signer seal it anew: 'sealwax edit --sign-with KEY FILE'.")
  static let unclearSecret = Rule(
    "git/unclear-secret", .high, "A Secret cannot be judged",
    why: "It is written in a way that could hide a value: other programs may read it as a Secret.",
    fix: "Write it as Kubernetes documents it, mend what cannot be read, and run 'sealwax verify "
      + "FILE'.")
  static let privateKey = Rule(
    "git/private-key", .critical, "A private key in the clear",
    why: "Whoever can read the repository, now or later, can use the key.",
    fix:
      "Run 'git rm --cached FILE', keep the key outside of the repository or in a sealed Secret, "
      + "and replace it if it was ever pushed.",
    controls: [.kubernetes(48), .kubernetes(49)])
  static let encryptedPrivateKey = Rule(
    "git/encrypted-private-key", .low, "A private key under a passphrase",
    why: "It is as safe as the passphrase, which anybody with a copy can try in peace for years.",
    fix: "Run 'git rm --cached FILE' and keep the key elsewhere, or say in a suppression in "
      + ".sealwax.yaml why it may stay.")
  static let encryptionKeys = Rule(
    "git/encryption-keys", .critical, "The keys of the cluster's encryption at rest",
    why: "With them and a backup of etcd every Secret of the cluster can be read.",
    fix: "Run 'git rm --cached FILE', seal it with 'sealwax file encrypt', and rotate to new keys: "
      + "'sealwax at-rest plan'.",
    controls: [.kubernetes(24)])
  static let kubeconfig = Rule(
    "git/kubeconfig", .critical, "A kubeconfig with credentials",
    why:
      "Its key, token or password opens the cluster as its user does; client certificates cannot "
      + "be revoked.",
    fix: "Run 'git rm --cached FILE' and replace the credential; refer to files, or to an exec "
      + "plugin, instead.")
  /// All of them.
  public static let all = [
    plaintextSecret, embeddedSecret, secretInText, appliedConfiguration, halfSealed, lostEnvelope,
    lostSOPSMetadata, staleSeal, badSignature, openConflict, unclearSecret, privateKey,
    encryptedPrivateKey, encryptionKeys, kubeconfig,
  ]
}
