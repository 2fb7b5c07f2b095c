internal import ArgumentParser
internal import CryptoCore
internal import Envelope
internal import Platform
internal import Workspace
internal import YAMLSource

/// `sealwax set`.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set one value of a sealed manifest.",
    discussion: """
      The value is read from standard input, asked for when that is a terminal, or taken from a \
      file; never from an argument, which all users of the machine can see. A line break at the end \
      of standard input is dropped unless --exact; empty standard input is refused, and so is nothing \
      typed. A value for data is given as it is, not in Base64.

      In SOPS files of other kinds than Secrets the value is a text too, or with --json-value whatever JSON \
      has: a number, true, a list, a mapping.

      EXAMPLES
        sealwax set secrets/db.yaml stringData.password < new-password
        sealwax set secrets/tls.yaml data.tls.key --from-file tls.key
        echo '{"port": 5432}' | sealwax set --json-value app.enc.yaml db
      """)

  @Argument(help: "A sealed manifest.", completion: .file())
  var path: String

  @Argument(
    help:
      "data.KEY or stringData.KEY; of others a.b; in SOPS files also a.b.0, or [\"a\"][\"b\"][0].")
  var entry: String

  @Option(
    help: ArgumentHelp("Take the value from a file, exactly.", valueName: "file"),
    completion: .file())
  var fromFile: String?

  @Flag(help: "Take the value as it is: with its last line break, and if it is empty.")
  var exact = false

  @Flag(help: "The value is JSON, as 'sops set' takes it: for SOPS files that are no Secrets.")
  var jsonValue = false

  @OptionGroup var change: ChangeOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    let signers = try policy.requiredSigners(signatures)
    let editing = try change.editing(signers, path: path)
    try StandardInputUse.check([path], identities.standardInputUses)
    let ring = try identities.keyRing()
    ring.warnOfDemoKeys(path)
    let file = try SealedFile(path, ring: ring, retired: signers.retired)
    try file.check(place: entry, isJSON: jsonValue)
    let value = try readValue()
    let units = try editing.set(value.bytes, at: entry, in: file, isJSON: jsonValue)
    change.report(units, path: path)
  }

  private func readValue() throws(WorkspaceError) -> WipedBuffer {
    if let fromFile { return try ValueSource.file(fromFile) }
    if Terminal.isTerminal(0) { return try ValueSource.ask(for: entry, isExact: exact) }
    guard path != "-", !identities.identity.contains("-") else {
      throw WorkspaceError(
        .usage, "standard input is in use for something else",
        hints: ["give the value with --from-file"])
    }
    return try ValueSource.standardInput(isExact: exact)
  }
}

/// `sealwax unset`.
struct UnsetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unset",
    abstract: "Remove one value of a sealed manifest.",
    discussion: """
      EXAMPLES
        sealwax unset secrets/db.yaml stringData.old-password
      """)

  @Argument(help: "A sealed manifest.", completion: .file())
  var path: String

  @Argument(
    help: "data.KEY or stringData.KEY; in SOPS files also a.b.0, or [\"a\"][\"b\"][0].")
  var entry: String

  @OptionGroup var change: ChangeOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    let signers = try policy.requiredSigners(signatures)
    let editing = try change.editing(signers, path: path)
    try StandardInputUse.check([path], identities.standardInputUses)
    let ring = try identities.keyRing()
    ring.warnOfDemoKeys(path)
    let file = try SealedFile(path, ring: ring, retired: signers.retired)
    change.report(try editing.unset(entry, in: file), path: path)
  }
}

/// What commands that change one value have in common.
struct ChangeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which Secret of a manifest with several.", valueName: "[namespace/]name"))
  var secret: String?

  @Option(
    help: ArgumentHelp("A signing key, to prove who changed it.", valueName: "file"),
    completion: .file())
  var signWith: String?

  @Flag(name: .shortAndLong, help: "Say nothing but errors and warnings.")
  var quiet = false

  func editing(
    _ signers: RequiredSigners, path: String
  ) throws(WorkspaceError) -> ValueEditing {
    ValueEditing(
      UnitSelector(secret), settings: try SigningChoice.settings(signWith, signers, path: path))
  }

  func report(_ units: [UnitOutcome], path: String) {
    SigningChoice.report(units, path: path, isSigned: signWith != nil, isQuiet: quiet)
  }
}
