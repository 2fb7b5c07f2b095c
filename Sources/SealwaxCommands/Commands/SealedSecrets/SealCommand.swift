internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import SealedSecretFormat
internal import Workspace
internal import YAMLSource

/// `sealwax seal`.
struct SealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal",
    abstract: "Make SealedSecrets of Secrets, as kubeseal does.",
    discussion: """
      Seals every value for the key of a Sealed Secrets controller (bitnami.com/v1alpha1). Labels, \
      annotations, type and comments go into the template with their own text; other documents stay \
      as they are. No cluster is asked: the certificate is a file, or a URL that is fetched because \
      it was named. kubeseal's flags are taken, but the result has the syntax of the input.

      EXAMPLES
        sealwax seal --cert controller.pem secret.yaml > sealed.yaml
        sealwax seal --cert controller.pem --output-dir sealed/ secrets/
        kubectl create secret generic db --from-file=password -n prod \\
          --dry-run=client -o yaml |
          sealwax seal --cert controller.pem --merge-into sealed.yaml
        sealwax seal --raw --cert controller.pem -n prod --name db \\
          --from-file password.txt
        sealwax seal --re-encrypt --cert new.pem --key keys.yaml -I sealed/
        sealwax seal --validate --key keys.yaml sealed/
      """)

  @OptionGroup var files: SealedSecretFiles

  @Option(
    help: ArgumentHelp("The controller's certificate.", valueName: "file|url"),
    completion: .file())
  var cert: String?

  @Option(help: "What values are bound to; what annotations say when left out.")
  var scope: ScopeChoice?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The namespace of Secrets that name none.", valueName: "namespace"))
  var namespace: String?

  @Option(help: ArgumentHelp("The name of the Secret, with --raw.", valueName: "name"))
  var name: String?

  @Flag(help: "Seal Secrets without values, too.")
  var allowEmptyData = false

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("The same as naming the file.", valueName: "file"), completion: .file())
  var secretFile: String?

  @Option(
    name: [.customShort("w"), .long, .customLong("output")],
    help: ArgumentHelp("Write the result to a file.", valueName: "file"), completion: .file())
  var sealedSecretFile: String?

  @Option(
    help: ArgumentHelp(
      "Put the Secret's values into this SealedSecret and leave its other bytes.",
      valueName: "file"), completion: .file())
  var mergeInto: String?

  @Flag(help: "Seal one value by itself, and print its Base64.")
  var raw = false

  @Option(
    help: ArgumentHelp(
      "The file with the value, with --raw; '-' is standard input.", valueName: "file"),
    completion: .file())
  var fromFile: String?

  @Flag(
    name: [.long, .customLong("rotate")],
    help: "Seal SealedSecrets anew for --cert, values that it does not open yet. Takes --key.")
  var reEncrypt = false

  @Flag(help: "Check SealedSecrets: that they are whole and, with --key, that a key opens them.")
  var validate = false

  @Flag(help: "The same as 'sealwax unseal'. Takes --key.")
  var recoveryUnseal = false

  @OptionGroup(title: "Private keys") var keys: UnsealingKeyOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    let modes = [raw, reEncrypt, validate, recoveryUnseal, mergeInto != nil].count { $0 }
    guard modes <= 1 else {
      throw WorkspaceError(
        .usage,
        "--raw, --merge-into, --re-encrypt, --validate and --recovery-unseal exclude each other")
    }
    if raw { return try sealValue() }
    if validate { return try validateAll() }
    let inputs = try files.inputs(secretFile.map { [$0] } ?? [])
    if let mergeInto { return try merge(into: mergeInto, inputs) }
    let destination = try files.destination(for: inputs, file: sealedSecretFile, report)
    if recoveryUnseal {
      let opener = SealedSecretOpener(try keys.keys(for: "--recovery-unseal"))
      return try run(.unseal(opener), inputs, destination)
    }
    let certificate = try certificate()
    if reEncrypt {
      let work = SealedSecretTask.Work.reencrypt(
        SealedSecretEditor(sealingFor: certificate.key), try keys.keys(for: "--re-encrypt"))
      return try run(work, inputs, destination)
    }
    var settings = SealedSecretSealer.Settings(key: certificate.key)
    settings.scope = scope?.scope
    settings.namespace = namespace
    settings.allowsEmptyData = allowEmptyData
    try run(.seal(SealedSecretSealer(settings)), inputs, destination)
  }

  private func run(
    _ work: SealedSecretTask.Work, _ inputs: InputPaths, _ destination: Destination
  ) throws {
    try SealedSecretRun.run(
      work, inputs, destination, syntax: files.format?.syntax, report: report)
  }

  private func certificate() throws(WorkspaceError) -> SealingCertificate {
    guard let cert else {
      throw WorkspaceError(
        .usage, "nothing says whom to seal for",
        hints: [
          "name the controller's certificate with --cert FILE; 'kubeseal --fetch-cert' writes it"
        ])
    }
    if let warning = CertificateLoader.warning(for: cert) { Console.warning(warning) }
    return try CertificateLoader.load(cert)
  }

  private func sealValue() throws {
    guard files.paths.isEmpty, secretFile == nil, let fromFile else {
      throw WorkspaceError(
        .usage, "--raw takes a value with --from-file FILE, and no manifests",
        hints: ["--from-file - reads standard input, as it is"])
    }
    let scope = scope?.scope ?? .strict
    guard scope == .clusterWide || namespace?.isEmpty == false else {
      throw WorkspaceError(.usage, "--raw takes --namespace, which the value is bound to")
    }
    guard scope != .strict || name?.isEmpty == false else {
      throw WorkspaceError(.usage, "--raw takes --name, which the value is bound to")
    }
    let certificate = try certificate()
    let isStandardInput = fromFile == "-" || fromFile == "/dev/stdin"
    let value =
      isStandardInput
      ? try ValueSource.standardInput(isExact: true) : try ValueSource.file(fromFile)
    let text = try SealedSecretFile.raw(
      value, key: certificate.key,
      label: scope.label(namespace: namespace ?? "", name: name ?? ""))
    try Console.print(String(decoding: Array(copying: text.bytes), as: UTF8.self) + "\n")
  }

  private func merge(into path: String, _ inputs: InputPaths) throws {
    let named = files.paths + (secretFile.map { [$0] } ?? [])
    guard named.count <= 1, inputs.isSingleFile else {
      throw WorkspaceError(.usage, "--merge-into takes the values of one manifest")
    }
    guard scope == nil, namespace == nil, name == nil else {
      throw WorkspaceError(
        .usage, "--merge-into keeps the SealedSecret's own name, namespace and scope")
    }
    let editor = SealedSecretEditor(sealingFor: try certificate().key)
    let outcomes = try SealedSecretFile.merge(named.first ?? "-", into: path, by: editor)
    guard !report.quiet else { return }
    for outcome in outcomes {
      Console.note(
        "\(escapedForTerminal(path)):\(outcome.position.line): "
          + "\(Plural.of(outcome.changedCount, "value")) sealed of \(outcome.valueCount)")
    }
  }

  private func validateAll() throws {
    let inputs = try files.inputs(secretFile.map { [$0] } ?? [])
    let keys = keys.files.isEmpty ? UnsealingKeys() : try self.keys.keys(for: "--validate")
    var table = WhichKeyTable(keys, renewFor: nil, isValidating: true, report)
    SealedSecretScan(keys).run(inputs) { table.add($0) }
    try table.finish()
  }
}

/// Runs a batch over SealedSecrets.
enum SealedSecretRun {
  static func run(
    _ work: SealedSecretTask.Work, _ inputs: InputPaths, _ destination: Destination,
    syntax: SourceSyntax?, report: ReportOptions
  ) throws {
    var options = report
    let isOpening = if case .unseal = work { true } else { false }
    // Nobody wants a commentary between a manifest and kubectl.
    if destination == .standardOutput, !report.verbose { options.quiet = true }
    let words =
      switch work {
      case .seal: BatchConsole.Words(progress: "sealing", done: "sealed")
      case .unseal: BatchConsole.Words(progress: "opening", done: "opened", isOpening: true)
      case .reencrypt: BatchConsole.Words(progress: "sealing", done: "opened and sealed")
      }
    var console = BatchConsole(words, options: options)
    try BatchRun.run(
      ManifestBatch(
        SealedSecretTask(work, syntax: syntax), destination: destination,
        mode: isOpening ? 0o600 : 0o644), inputs, console: &console)
  }
}
