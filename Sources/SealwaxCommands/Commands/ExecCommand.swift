internal import ArgumentParser
internal import Workspace

/// `sealwax exec`.
struct ExecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a command with the values of sealed Secrets.",
    discussion: """
      Values become environment variables named like their keys, or with --files the files of a \
      private folder in memory, which goes when the command ends. The command does not get the \
      variables that hold identities. The exit status is the command's.

      Whoever may write the manifest chooses the variables' names. Those known to change how \
      programs run (PATH, LD_..., GIT_..., ..._PROXY and more) are refused, but no such list is \
      complete: use --prefix or --files where others may write it.

      --mask keeps the values out of a pipeline's log. For GitHub and Azure the commands that mask \
      them are written before the command starts; for GitLab, or anywhere, what the command writes \
      is searched for the values, also in Base64, JSON and URLs, and they are replaced by [MASKED].

      EXAMPLES
        sealwax exec secrets/db.yaml -- ./migrate
        sealwax exec --upper --prefix DB_ secrets/db.yaml -- env
        sealwax exec --mask gitlab secrets/db.yaml -- ./migrate --verbose
        sealwax exec --files secrets/tls.yaml -- openssl x509 -in {}/tls.crt -text
      """)

  @Argument(help: "A sealed manifest, or '-'.", completion: .file())
  var path: String

  @Argument(parsing: .postTerminator, help: "The command and its arguments, behind '--'.")
  var command: [String]

  @Option(
    help: ArgumentHelp("One more manifest. Repeatable.", valueName: "path"), completion: .file())
  var also: [String] = []

  @Flag(help: "Hand values over as files; '{}' in arguments stands for their folder.")
  var files = false

  @Option(help: "Put a text in front of variables' names.")
  var prefix = ""

  @Flag(help: "Write variables' names in capitals, with '_' for '-' and '.'.")
  var upper = false

  @Flag(help: "Give the command nothing of this environment but the values.")
  var pristine = false

  @Flag(help: "Put files on a disk when there is no file system in memory.")
  var allowDisk = false

  @Option(
    help: ArgumentHelp("Which Secret of the manifests.", valueName: "[namespace/]name"))
  var secret: String?

  @Option(
    help: ArgumentHelp(
      "Keep values out of the log of github, gitlab or azure; auto to see which it is.",
      valueName: "pipeline"))
  var mask: MaskChoice?

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    let format = try mask?.format()
    try StandardInputUse.check([path] + also, identities.standardInputUses)
    let ring = try identities.keyRing()
    let signers = try policy.requiredSigners(signatures)
    ring.warnOfDemoKeys([path] + also)
    var values = OpenedValues()
    for path in [path] + also {
      try values.add(
        SealedFile(path, ring: ring, retired: signers.retired), selector: UnitSelector(secret),
        trustedSigners: try signers.signers(for: path))
    }
    var execution = SecretExecution()
    execution.delivery = files ? .files : .environment
    execution.prefix = prefix
    execution.normalizesNames = upper
    execution.isPristine = pristine
    execution.allowsDisk = allowDisk
    if let format {
      execution.masksOutput = format == .gitlab
      try MaskCommand.write(values, for: format)
    }
    let status = try execution.run(command, values: values)
    if status != 0 { throw ExitCode(status) }
  }
}
