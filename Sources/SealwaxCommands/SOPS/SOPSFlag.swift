/// A flag of SOPS's command line.
struct SOPSFlag: Sendable {
  enum Kind: Sendable {
    case flag, text, number, list
  }

  let name: String
  let kind: Kind
  /// Another name.
  var short: String?
  /// The variable that gives its value when it is not there.
  var variable: String?
  /// What it is for.
  let help: String

  init(
    _ name: String, _ kind: Kind, short: String? = nil, variable: String? = nil, help: String
  ) {
    self.name = name
    self.kind = kind
    self.short = short
    self.variable = variable
    self.help = help
  }

  /// How it is written in help and messages.
  var shown: String {
    let value = kind == .flag ? "" : kind == .number ? " N" : " VALUE"
    return "--\(name)" + (short.map { ", -\($0)" } ?? "") + value
  }
}

/// The flags of SOPS's commands.
extension SOPSFlag {
  static let inPlace = SOPSFlag(
    "in-place", .flag, short: "i", help: "write back to the file itself")
  static let output = SOPSFlag("output", .text, help: "write to this file")
  static let inputType = SOPSFlag(
    "input-type", .text, help: "yaml, json, dotenv, ini or binary; else by the file's name")
  static let outputType = SOPSFlag("output-type", .text, help: "the same for what is written")
  static let types = [inputType, outputType]
  static let ignoreMAC = SOPSFlag(
    "ignore-mac", .flag, help: "open the file even if its MAC does not hold")
  static let filenameOverride = SOPSFlag(
    "filename-override", .text, help: "the name that types and creation rules are chosen by")
  static let order = SOPSFlag(
    "decryption-order", .text, variable: "SOPS_DECRYPTION_ORDER",
    help: "kinds of keys in the order they are tried, separated by commas")
  static let extract = SOPSFlag("extract", .text, help: "only this part: '[\"key\"][0]'")
  static let threshold = SOPSFlag(
    "shamir-secret-sharing-threshold", .number, help: "how many key groups are needed")
  static let context = SOPSFlag(
    "encryption-context", .text, help: "AWS's encryption context, KEY:VALUE,...")
  static let showKeys = SOPSFlag(
    "show-master-keys", .flag, short: "s", help: "show the metadata in the editor")
  static let profile = SOPSFlag("aws-profile", .text, help: "the profile of AWS's configuration")
  static let yes = SOPSFlag("yes", .flag, short: "y", help: "do not ask")
  static let file = SOPSFlag("file", .text, short: "f", help: "the file")
  static let verbose = SOPSFlag("verbose", .flag, help: "say what is done")
  static let services = [
    SOPSFlag(
      "enable-local-keyservice", .flag, variable: "SOPS_ENABLE_LOCAL_KEYSERVICE",
      help: "whether the keys that are here are used"),
    SOPSFlag(
      "keyservice", .list, variable: "SOPS_KEYSERVICE",
      help: "ask this key service too: tcp://HOST:PORT or unix:///PATH"),
  ]

  /// The kinds of keys, by their flags: the flag, its short form, its variable.
  static let recipients = [
    SOPSFlag("kms", .text, short: "k", variable: "SOPS_KMS_ARN", help: "AWS KMS: ARNs"),
    SOPSFlag(
      "gcp-kms", .text, variable: "SOPS_GCP_KMS_IDS", help: "Google Cloud KMS: resource ids"),
    SOPSFlag(
      "hckms", .text, variable: "SOPS_HUAWEICLOUD_KMS_IDS", help: "Huawei Cloud KMS: key ids"),
    SOPSFlag(
      "azure-kv", .text, variable: "SOPS_AZURE_KEYVAULT_URLS", help: "Azure Key Vault: URLs"),
    SOPSFlag("pgp", .text, short: "p", variable: "SOPS_PGP_FP", help: "OpenPGP: fingerprints"),
    SOPSFlag(
      "hc-vault-transit", .text, variable: "SOPS_VAULT_URIS", help: "Vault or OpenBao: URIs"),
    SOPSFlag("age", .text, short: "a", variable: "SOPS_AGE_RECIPIENTS", help: "age: recipients"),
  ]

  static let suffixes = [
    SOPSFlag("unencrypted-suffix", .text, help: "keys with this ending stay plain"),
    SOPSFlag("encrypted-suffix", .text, help: "only keys with this ending are encrypted"),
    SOPSFlag("unencrypted-regex", .text, help: "keys that match stay plain"),
    SOPSFlag("encrypted-regex", .text, help: "only keys that match are encrypted"),
  ]
  static let commentPatterns = [
    SOPSFlag(
      "unencrypted-comment-regex", .text, help: "values below a comment that matches stay plain"),
    SOPSFlag(
      "encrypted-comment-regex", .text,
      help: "only values below a comment that matches are encrypted"),
  ]

  /// `--add-KIND` and `--rm-KIND`.
  static let changes = recipients.flatMap { flag in
    [
      SOPSFlag("add-\(flag.name)", .text, help: "add these recipients of \(flag.help)"),
      SOPSFlag("rm-\(flag.name)", .text, help: "take these recipients away"),
    ]
  }

  /// The recipients of a new group, each of which can be named more than once.
  static let groupRecipients = recipients.map { SOPSFlag($0.name, .list, help: $0.help) }

  /// What every command takes in front of its name.
  static let common = [
    SOPSFlag(
      "config", .text, variable: "SOPS_CONFIG", help: "the .sops.yaml, instead of the nearest"),
    SOPSFlag("indent", .number, help: "how far in YAML and JSON stand"),
    SOPSFlag("mac-only-encrypted", .flag, help: "have the MAC cover the encrypted values only"),
    verbose,
    SOPSFlag(
      "disable-version-check", .flag, variable: "SOPS_DISABLE_VERSION_CHECK",
      help: "no effect: nothing is ever looked up"),
    SOPSFlag("check-for-updates", .flag, help: "no effect"),
    SOPSFlag("help", .flag, short: "h", help: "show help"),
    SOPSFlag("version", .flag, short: "v", help: "show the version"),
  ]
}
