internal import ArgumentParser
internal import Workspace

/// `sealwax decrypt`.
struct DecryptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decrypt",
    abstract: "Open sealed manifests and SOPS files.",
    discussion: """
      Gives back the exact bytes that were sealed. Nothing is written unless every seal of a file \
      holds; standard output gets nothing unless every file opens. Several files on standard output \
      become one YAML stream.

      Where the policy names signers for a file, one of them must have signed it.

      EXAMPLES
        sealwax decrypt secret.yaml | kubectl apply -f -
        sealwax decrypt --identity ci.txt --output-dir /dev/shm/out secrets/
        SEALWAX_IDENTITY="$CI_SECRET" sealwax decrypt secrets/
      """)

  @Argument(help: "Sealed manifests, folders, patterns, or '-'.", completion: .file())
  var paths: [String]

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: DestinationOptions

  @Option(
    help: ArgumentHelp(
      "How plaintext of SOPS files is written: preserve (the text as it is, with values replaced) or sops (laid out anew, as SOPS does).",
      valueName: "style"))
  var style = PlaintextStyle.preserve

  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    let inputs = try InputPaths(paths)
    try StandardInputUse.check(paths, identities.standardInputUses)
    let destination = try output.destination(for: inputs)
    try output.check(report, destination, inputs)
    let ring = try identities.keyRing()
    let task = OpenTask(
      ring, signers: try policy.requiredSigners(signatures), style: style.output)
    var console = BatchConsole(
      BatchConsole.Words(progress: "opening", done: "opened", isOpening: true), options: report,
      isBrief: destination == .standardOutput)
    try BatchRun.run(
      ManifestBatch(task, destination: destination, mode: 0o600), inputs, console: &console)
  }
}
