/// The commands of SOPS.
enum SOPSVerb: String, CaseIterable, Sendable {
  case encrypt, decrypt, edit, set, unset, rotate, updatekeys, filestatus, publish, keyservice
  case execEnv = "exec-env"
  case execFile = "exec-file"
  case groupsAdd = "groups add"
  case groupsDelete = "groups delete"
  case completion

  /// What it does, and what stands behind its flags.
  var help: (arguments: String, text: String) {
    switch self {
    case .encrypt: ("[FILE]", "encrypt a file, or standard input")
    case .decrypt: ("[FILE]", "decrypt a file, or standard input")
    case .edit: ("FILE", "edit an encrypted file, or begin one")
    case .set: ("FILE INDEX VALUE", "set a value: set FILE '[\"key\"]' '\"value\"'")
    case .unset: ("FILE INDEX", "remove a value")
    case .rotate: ("FILE", "make a new data key and encrypt everything anew")
    case .updatekeys: ("FILE...", "give the data key to the recipients of the .sops.yaml")
    case .filestatus: ("FILE", "tell whether a file is encrypted, in JSON")
    case .publish: ("PATH", "upload to where the destination rules of the .sops.yaml say")
    case .keyservice: ("", "open and make data keys for others, with the keys that are here")
    case .execEnv: ("FILE COMMAND", "run a command with the values in its environment")
    case .execFile: ("FILE COMMAND", "run a command with the plaintext as a file in place of {}")
    case .groupsAdd: ("", "add a key group")
    case .groupsDelete: ("INDEX", "remove a key group")
    case .completion: ("SHELL", "print how bash or zsh completes: source <(sops completion bash)")
    }
  }

  /// Its flags, without those that every command takes.
  var flags: [SOPSFlag] { Self.joined(lists) }

  private static func joined(_ lists: [[SOPSFlag]]) -> [SOPSFlag] { Array(lists.joined()) }

  private var lists: [[SOPSFlag]] {
    switch self {
    case .encrypt:
      [
        [.inPlace, .output, .profile, .context, .threshold, .filenameOverride], SOPSFlag.recipients,
        SOPSFlag.types, SOPSFlag.suffixes, SOPSFlag.services,
      ]
    case .decrypt:
      [
        [.inPlace, .output, .extract, .ignoreMAC, .filenameOverride, .order], SOPSFlag.types,
        SOPSFlag.services,
      ]
    case .edit:
      [
        [.profile, .context, .threshold, .showKeys, .ignoreMAC, .order], SOPSFlag.recipients,
        SOPSFlag.types, SOPSFlag.suffixes, SOPSFlag.services,
      ]
    case .set:
      [
        [
          SOPSFlag("value-file", .flag, help: "VALUE is the path of a file with the value in JSON"),
          SOPSFlag("value-stdin", .flag, help: "read the value in JSON from standard input"),
          SOPSFlag("idempotent", .flag, help: "write nothing when the value is there already"),
          .threshold, .ignoreMAC, .order,
        ], SOPSFlag.types, SOPSFlag.services,
      ]
    case .unset:
      [
        [
          SOPSFlag("idempotent", .flag, help: "write nothing when there is no such value"),
          .threshold,
          .ignoreMAC, .order,
        ], SOPSFlag.types, SOPSFlag.services,
      ]
    case .rotate:
      [
        [.inPlace, .output, .context, .filenameOverride, .ignoreMAC, .order], SOPSFlag.types,
        SOPSFlag.changes, SOPSFlag.services,
      ]
    case .updatekeys: [[.yes, .inputType, .threshold], SOPSFlag.services]
    case .filestatus: [[.inputType]]
    case .execEnv:
      [
        [
          SOPSFlag("pristine", .flag, help: "hand on nothing of the environment"),
          SOPSFlag("same-process", .flag, help: "no effect: signals reach the command anyway"),
          SOPSFlag("background", .flag, help: "begin the command, and do not wait for it"),
          SOPSFlag("user", .text, help: "whose command it is (root only)"),
          .inputType, .ignoreMAC, .order,
        ], SOPSFlag.services,
      ]
    case .execFile:
      [
        [
          SOPSFlag("no-fifo", .flag, help: "a file in memory, which can be read more than once"),
          SOPSFlag("filename", .text, help: "what the file is called"),
          SOPSFlag("background", .flag, help: "not supported"),
          SOPSFlag("user", .text, help: "whose command it is (root only)"),
          .ignoreMAC, .order,
        ], SOPSFlag.types, SOPSFlag.services,
      ]
    case .groupsAdd:
      [
        [.file, .inPlace, .threshold, .profile, .context], SOPSFlag.groupRecipients,
        SOPSFlag.services,
      ]
    case .groupsDelete: [[.file, .inPlace, .threshold], SOPSFlag.services]
    case .keyservice:
      [
        [
          SOPSFlag("network", .text, short: "net", help: "tcp, or unix for a socket of your own"),
          SOPSFlag(
            "address", .text, short: "addr", help: "HOST:PORT, or the socket's path; 127.0.0.1:5000"
          ),
          SOPSFlag("prompt", .flag, help: "ask on the terminal before every answer"),
        ]
      ]
    case .publish:
      [
        [
          .yes,
          SOPSFlag(
            "omit-extensions", .flag, help: "leave out what stands behind the name's last dot"),
          SOPSFlag("recursive", .flag, help: "publish all encrypted files of a folder"), .order,
        ], SOPSFlag.services,
      ]
    case .completion: []
    }
  }

  /// The flags of the form without a command: `sops --decrypt FILE`.
  static let plainFlags: [SOPSFlag] = joined([
    [
      SOPSFlag("decrypt", .flag, short: "d", help: "decrypt the file"),
      SOPSFlag("encrypt", .flag, short: "e", help: "encrypt the file"),
      SOPSFlag("rotate", .flag, short: "r", help: "make a new data key"),
      SOPSFlag("set", .text, help: "set a value: '[\"key\"] \"value\"'"),
      .inPlace, .output, .extract, .profile, .context, .threshold, .showKeys, .ignoreMAC,
      .filenameOverride, .order,
    ], SOPSFlag.recipients, SOPSFlag.types, SOPSFlag.suffixes, SOPSFlag.commentPatterns,
    SOPSFlag.changes, SOPSFlag.services,
  ])
}
