internal import ArgumentParser
internal import SealedSecretFormat
internal import Workspace

/// `sealwax unseal`.
struct UnsealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unseal",
    abstract: "Open SealedSecrets with the controller's private keys.",
    discussion: """
      For the day that the cluster is gone: keys are files in PEM, or what kubectl printed of the \
      controller's Secrets. All keys are tried. Nothing is written unless every value of a file \
      opens.

      --which-key tells instead which key opens which value, when its certificate ends, and which \
      values are due for renewal because a newer key is at hand. Exit status 1 when a value opens \
      with no key; with --fail-on-renewal also when one is due.

      EXAMPLES
        sealwax unseal --key keys.yaml sealed.yaml | kubectl apply -f -
        sealwax unseal --key keys.yaml --output-dir /dev/shm/out sealed/
        sealwax unseal --which-key --key keys.yaml sealed/
        sealwax unseal --which-key --fail-on-renewal --key keys.yaml sealed/
      """)

  @OptionGroup var files: SealedSecretFiles
  @OptionGroup(title: "Private keys") var keys: UnsealingKeyOptions

  @Option(
    name: [.customShort("w"), .long],
    help: ArgumentHelp("Write the result to a file.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Leave out values that are made from templates.")
  var leaveOutTemplates = false

  @Flag(help: "Tell which key opens which value, and what is due for renewal.")
  var whichKey = false

  @Flag(help: "With --which-key: exit status 1 also when a value is due for renewal.")
  var failOnRenewal = false

  @Option(
    help: ArgumentHelp(
      "With --which-key: the certificate that values should be sealed for; the newest of --key when left out.",
      valueName: "file|url"), completion: .file())
  var cert: String?

  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    if whichKey {
      try files.refusePlaces(for: "--which-key", file: output)
      try files.refuseFormat(for: "--which-key")
      try SealedSecretFiles.refuse(
        [("--leave-out-templates", leaveOutTemplates)], for: "--which-key")
    } else {
      guard cert == nil else {
        throw WorkspaceError(.usage, "--cert is for --which-key: opening takes no certificate")
      }
      guard !failOnRenewal else {
        throw WorkspaceError(.usage, "--fail-on-renewal is for --which-key")
      }
    }
    let inputs = try files.inputs([], besides: keys.standardInputUses)
    let keys = try keys.keys(for: "unseal")
    if whichKey {
      var table = WhichKeyTable(
        keys, renewFor: try cert.map(CertificateLoader.load)?.key ?? keys.newest?.publicKey,
        isValidating: false, report)
      table.failsOnRenewal = failOnRenewal
      SealedSecretScan(keys).run(inputs) { table.add($0) }
      return try table.finish()
    }
    let destination = try files.destination(for: inputs, file: output, report)
    let opener = SealedSecretOpener(keys, leavesOutTemplates: leaveOutTemplates)
    try SealedSecretRun.run(
      .unseal(opener), inputs, destination,
      syntax: (files.format ?? ManifestFormat(ofFile: output))?.syntax, report: report)
  }
}
