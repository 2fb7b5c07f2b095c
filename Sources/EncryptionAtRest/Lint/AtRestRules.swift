public import Findings

/// What `at-rest check` looks for in a configuration.
public enum AtRestRules {
  /// See its title.
  public static let rejected = Rule(
    "at-rest/rejected", .critical, "The API server refuses the configuration",
    why: "It does not start with it; with automatic reload it goes on with the old one in silence.",
    fix: "Mend what the message names, and check again before the API server sees the file.",
    controls: [.cis("1.2.28"), .kubernetes(16)])
  /// See its title.
  public static let leaksKeys = Rule(
    "at-rest/leaks-keys", .high, "The API server would print the file's keys into its log",
    why: "Some of its messages quote the whole file or provider; with automatic reload it does so "
      + "again every few seconds.",
    fix:
      "Mend the file before an API server sees it; if one has, rotate the keys and clean its log.",
    controls: [])
  static let secretsNotCovered = Rule(
    "at-rest/secrets-not-covered", .critical, "Secrets are not encrypted",
    why: "No entry covers them, so that they lie in etcd and its backups as they are.",
    fix: "Add an entry for 'secrets'; 'sealwax at-rest plan --enable' gives the steps.",
    controls: [
      .cis("1.2.28"), .nsa("6.1"), .checklist("encryption at rest for the Secret API"),
      .kubernetes(31),
    ])
  static let identityFirst = Rule(
    "at-rest/identity-first", .critical, "A resource is written in plaintext",
    why: "The first provider of an entry writes, and identity encrypts nothing.",
    fix: "Put an encrypting provider in front; 'sealwax at-rest plan' gives the steps.",
    controls: [.cis("1.2.28"), .nsa("6.2"), .kubernetes(2), .kubernetes(33)])
  static let identityLast = Rule(
    "at-rest/identity-last", .low, "Plaintext can still be read",
    why: "identity behind the others is for the time of a migration. Left there, plaintext that "
      + "somebody writes into etcd is taken for true, and objects that were never rewritten go "
      + "unnoticed.",
    fix: "When a snapshot shows no plaintext any more, take it out.",
    controls: [.kubernetes(28)])
  static let optedOut = Rule(
    "at-rest/opted-out", .medium, "An entry takes resources out of a wildcard",
    why: "The exact entry wins over the wildcard behind it, and it writes plaintext.",
    fix: "Remove the entry, or say in a comment why these resources need no encryption.",
    controls: [.kubernetes(3)])
  static let aescbc = Rule(
    "at-rest/aescbc", .medium, "aescbc authenticates nothing",
    why: "A value that was changed in etcd decrypts to something else unnoticed (padding oracles), "
      + "and a value copied to another key opens there.",
    fix: "Use kms (v2), secretbox or aesgcm: 'sealwax at-rest plan --provider'.",
    controls: [.kubernetes(10)])
  static let aesgcm = Rule(
    "at-rest/aesgcm", .low, "aesgcm keys wear out",
    why: "Nonces are random: a key serves for 200,000 writes at most.",
    fix: "Rotate the key by a schedule ('sealwax at-rest plan'), or use kms (v2) or secretbox.",
    controls: [.kubernetes(11)])
  static let secretbox = Rule(
    "at-rest/secretbox", .info, "secretbox binds no value to its place",
    why: "Whoever can write to etcd can copy one object's value to another key of it.",
    fix: "kms (v2) and aesgcm bind the etcd key.",
    controls: [.kubernetes(12)])
  static let keysInFile = Rule(
    "at-rest/keys-in-file", .info, "The keys lie in the file",
    why: "Whoever has the node's disk, or a backup of it, has the keys as well as etcd.",
    fix: "A KMS plugin (v2) keeps the key elsewhere: 'sealwax at-rest plan --provider kms'.",
    controls: [.kubernetes(24)])
  static let shortKey = Rule(
    "at-rest/short-key", .low, "A key is shorter than 32 bytes",
    why:
      "16 and 24 bytes are accepted, often because a passphrase or hexadecimal digits were taken "
      + "for the key.",
    fix: "Make a key with 'head -c 32 /dev/urandom | base64', and rotate to it.",
    controls: [.kubernetes(13), .kubernetes(14)])
  static let sampleKey = Rule(
    "at-rest/sample-key", .critical, "A key is an example of the documentation",
    why: "Everybody has it.",
    fix: "Rotate to a random key: 'sealwax at-rest plan'.",
    controls: [.cis("1.2.28"), .kubernetes(29)])
  static let weakKey = Rule(
    "at-rest/weak-key", .high, "A key is not random",
    why: "It is a text, or the same bytes again and again: it can be guessed.",
    fix: "Rotate to a random key: 'sealwax at-rest plan'.", controls: [.cis("1.2.28")])
  static let oddBase64 = Rule(
    "at-rest/odd-base64", .low, "A key's Base64 is not in its usual form",
    why: "The API server passes over line breaks and over bits behind the last byte; other tools "
      + "refuse such a text, and a comparison of texts takes one key for two.",
    fix: "Write the key anew in one line: base64 -d | base64 -w 0.")
  static let repeatedKey = Rule(
    "at-rest/repeated-key", .medium, "The same key bytes stand under several names",
    why: "A rotation from one to the other changes nothing.",
    fix: "Rotate to a random key: 'sealwax at-rest plan'.")
  static let repeatedName = Rule(
    "at-rest/repeated-name", .high, "Two keys have one name",
    why: "The name is all that a stored value says of its key. With aescbc about one value in 256 "
      + "then opens with the wrong key and gives garbage, which stops the API server at its start.",
    fix: "Give every key of a provider a name of its own.")
  static let oddName = Rule(
    "at-rest/odd-name", .medium, "A key's name has characters that stored values do not bear well",
    why: "A colon ends the name in the prefix of a stored value; spaces and line breaks are easily "
      + "lost when the file is edited.",
    fix: "Rotate to a key with a name of letters, digits and '-'.")
  static let unknownResource = Rule(
    "at-rest/unknown-resource", .medium, "A resource matches nothing",
    why: "The API server accepts any text, and encrypts nothing for it.",
    fix: "Write the plural in lower case with its group: secrets, deployments.apps, *.apps, *.*",
    controls: [.kubernetes(6)])
  static let splitResource = Rule(
    "at-rest/split-resource", .low, "A resource stands in several entries",
    why: "Their providers add up; the first provider of the first entry writes.",
    fix: "Keep the resource in one entry.", controls: [.kubernetes(5)])
  static let kmsV1 = Rule(
    "at-rest/kms-v1", .medium, "KMS v1 is deprecated",
    why:
      "It calls the plugin for every write, notices no rotation, and is off since Kubernetes 1.29.",
    fix: "Move to v2: 'sealwax at-rest plan --provider kms'.", controls: [.kubernetes(18)])
  static let socket = Rule(
    "at-rest/socket", .medium, "A plugin's endpoint is not the absolute path of a socket",
    why: "An abstract socket has no owner, so that any process of the host can answer on it; with "
      + "two slashes the first part of the path is taken for a host and dropped.",
    fix: "Write unix:///run/kms/plugin.sock, in a folder that only root can write to.",
    controls: [.kubernetes(20), .kubernetes(21)])
  static let timeout = Rule(
    "at-rest/timeout", .low, "A plugin may take very long",
    why: "Requests to the API server wait for it; a value below 100 ms fails under load.",
    fix: "Leave the timeout out (3 seconds), or choose 1 to 10 seconds.",
    controls: [.kubernetes(22)])
  static let legacyKind = Rule(
    "at-rest/legacy-kind", .info, "The configuration is of the kind EncryptionConfig",
    why: "It is accepted, and was replaced in Kubernetes 1.13.",
    fix: "Write apiVersion: apiserver.config.k8s.io/v1 and kind: EncryptionConfiguration.",
    controls: [.kubernetes(17)])
  static let furtherDocuments = Rule(
    "at-rest/further-documents", .medium, "The file has several documents",
    why: "The API server reads the first and passes over the rest, whatever is in it.",
    fix: "Keep one document in the file.")
  /// See its title.
  public static let fileMode = Rule(
    "at-rest/file-mode", .high, "Others can read the file with the keys",
    why: "Only the API server's user has to.",
    fix: "chmod 600 it, and chown it to root.", controls: [.kubernetes(25)])
  /// See its title.
  public static let fileOwner = Rule(
    "at-rest/file-owner", .medium, "The file with the keys belongs to another user",
    why: "Its owner can read and change it, whatever its mode says.",
    fix: "chown it to root.", controls: [.kubernetes(25)])
  /// See its title.
  public static let nodesDiffer = Rule(
    "at-rest/nodes-differ", .high, "The API servers have different configurations",
    why: "What one of them writes, another may not be able to read.",
    fix: "Bring the same file onto every control-plane node; during a rotation, 'sealwax at-rest "
      + "plan --resume' says which differences are right.", controls: [.kubernetes(27)])

  static let flagMissing = Rule(
    "at-rest/flag-missing", .critical, "kube-apiserver has no encryption configuration",
    why: "Without the flag it stores everything as it is.",
    fix: "Add --encryption-provider-config and a read-only hostPath mount of its folder; 'sealwax "
      + "at-rest plan --enable' gives the steps.",
    controls: [
      .cis("1.2.27"), .nsa("6.1"), .checklist("encryption at rest for the Secret API"),
      .kubernetes(1),
    ])
  static let notMounted = Rule(
    "at-rest/not-mounted", .high, "kube-apiserver cannot see its encryption configuration",
    why: "The path is one of the container's, and no volume of the node is mounted there: the API "
      + "server does not start.",
    fix: "Mount the folder of the file as a hostPath volume, read-only.",
    controls: [.kubernetes(26)])
  static let mountWritable = Rule(
    "at-rest/mount-writable", .low, "The mount of the encryption configuration is writable",
    why: "Whoever gets into the API server's container could change the file on the node.",
    fix: "Set readOnly: true in the volumeMount.", controls: [.kubernetes(26)])
  static let otherFile = Rule(
    "at-rest/other-file", .low, "The API server reads another file",
    why: "What was checked is not what counts.",
    fix: "Check the file of that path on the node.", controls: [.cis("1.2.27")])

  /// All of them.
  public static let all: [Rule] = [
    rejected, leaksKeys, secretsNotCovered, identityFirst, identityLast, optedOut, aescbc, aesgcm,
    secretbox, keysInFile, shortKey, sampleKey, weakKey, oddBase64, repeatedKey, repeatedName,
    oddName,
    unknownResource, splitResource, kmsV1, socket, timeout, legacyKind, furtherDocuments,
    fileMode, fileOwner, nodesDiffer, flagMissing, notMounted, mountWritable, otherFile,
  ]
}
