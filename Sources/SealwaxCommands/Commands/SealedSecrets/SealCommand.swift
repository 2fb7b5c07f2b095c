internal import ArgumentParser
internal import CryptoCore
internal import Envelope
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
    help: ArgumentHelp(
      "The controller's certificate; SEALED_SECRETS_CERT in the environment when left out.",
      valueName: "file|url"),
    completion: .file())
  var cert: String?

  @Option(help: "What values are bound to; what annotations say when left out.")
  var scope: ScopeChoice?

  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    help: ArgumentHelp(
      "The namespace of Secrets that name none; one of another namespace is refused.",
      valueName: "namespace"))
  var namespace: String?

  @Option(
    help: ArgumentHelp(
      "The name that the one Secret gets; with --raw, that the value is bound to.",
      valueName: "name"))
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
      "Put the Secret's values, labels and annotations into this SealedSecret; its other bytes stay.",
      valueName: "file"), completion: .file())
  var mergeInto: String?

  @Flag(help: "Seal one value by itself, and print its Base64.")
  var raw = false

  @Option(
    help: ArgumentHelp(
      "The file with the value, with --raw, or NAME=FILE; standard input when left out.",
      valueName: "file"),
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
    try checkPlaces()
    try refuseUnused()
    if raw { return try sealValue() }
    guard fromFile == nil else { throw WorkspaceError(.usage, "--from-file is for --raw") }
    if validate { return try validateAll() }
    let inputs = try files.inputs(
      secretFile.map { [$0] } ?? [], besides: keys.standardInputUses)
    if let mergeInto { return try merge(into: mergeInto, inputs) }
    var files = files
    // kubeseal's one command that works in place.
    if reEncrypt, secretFile != nil, files.paths.isEmpty, files.outputDir == nil,
      files.format == nil, sealedSecretFile == nil
    {
      files.inPlace = true
    }
    let destination = try files.destination(
      for: inputs, file: sealedSecretFile, fileName: Self.fileName, report)
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
    guard given(name) == nil || inputs.isSingleFile else {
      throw WorkspaceError(.usage, "--name is for one Secret")
    }
    settings.name = given(name)
    settings.namespace = given(namespace)
    settings.refusesOtherNamespaces = true
    settings.allowsEmptyData = allowEmptyData
    try run(.seal(SealedSecretSealer(settings)), inputs, destination)
  }

  private static let fileName = "--sealed-secret-file"

  /// Refuses places for results, and forms of them, that the mode would leave unused.
  private func checkPlaces() throws(WorkspaceError) {
    if mergeInto != nil { try refusePlaces(for: "--merge-into") }
    if validate {
      try refusePlaces(for: "--validate")
      try files.refuseFormat(for: "--validate")
    }
    if raw {
      try files.refusePlaces(for: "--raw", file: nil)
      try files.refuseFormat(for: "--raw")
      guard !report.json else {
        throw WorkspaceError(
          .usage, "--raw and --json exclude each other",
          hints: ["--raw prints the sealed value alone"])
      }
    }
    try DestinationOptions.refuseEmpty(sealedSecretFile, Self.fileName)
  }

  /// Refuses options that the mode would leave unused.
  private func refuseUnused() throws(WorkspaceError) {
    let bindings = [
      ("--name", given(name) != nil), ("--namespace", given(namespace) != nil),
      ("--scope", scope != nil), ("--allow-empty-data", allowEmptyData),
    ]
    for (mode, isChosen) in [
      ("--re-encrypt", reEncrypt), ("--validate", validate), ("--recovery-unseal", recoveryUnseal),
    ] where isChosen {
      try SealedSecretFiles.refuse(bindings, for: mode)
      guard mode != "--re-encrypt" else { return }
      return try SealedSecretFiles.refuse([("--cert", given(cert) != nil)], for: mode)
    }
    if raw { try SealedSecretFiles.refuse([("--allow-empty-data", allowEmptyData)], for: "--raw") }
    guard keys.key.isEmpty else {
      throw WorkspaceError(
        .usage, "--key is for --re-encrypt, --validate and --recovery-unseal",
        hints: ["sealing takes the certificate alone: --cert"])
    }
  }

  private func refusePlaces(for mode: String) throws(WorkspaceError) {
    try files.refusePlaces(for: mode, file: sealedSecretFile, fileName: Self.fileName)
  }

  private func run(
    _ work: SealedSecretTask.Work, _ inputs: InputPaths, _ destination: Destination
  ) throws {
    try SealedSecretRun.run(
      work, inputs, destination,
      syntax: (files.format ?? ManifestFormat(ofFile: sealedSecretFile))?.syntax, report: report)
  }

  /// A text that says something: a script's variable may be empty.
  private func given(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }

  private func certificate() throws(WorkspaceError) -> SealingCertificate {
    guard let cert = given(cert) ?? given(Environment.value("SEALED_SECRETS_CERT")) else {
      throw WorkspaceError(
        .usage, "nothing says whom to seal for",
        hints: [
          "name the controller's certificate with --cert FILE; 'kubeseal --fetch-cert' writes it"
        ])
    }
    if let warning = CertificateLoader.warning(for: cert) { Console.warning(warning) }
    let certificate = try CertificateLoader.load(cert)
    if let warning = CertificateLoader.warning(of: certificate) { Console.warning(warning) }
    return certificate
  }

  private func sealValue() throws {
    guard files.paths.isEmpty, secretFile == nil else {
      throw WorkspaceError(
        .usage, "--raw takes a value with --from-file FILE or on standard input, and no manifests")
    }
    guard fromFile != nil || !Terminal.isTerminal(0) else {
      throw WorkspaceError(.usage, "--raw takes a value with --from-file FILE")
    }
    let scope = scope?.scope ?? .strict
    guard scope == .clusterWide || namespace?.isEmpty == false else {
      throw WorkspaceError(.usage, "--raw takes --namespace, which the value is bound to")
    }
    guard scope != .strict || name?.isEmpty == false else {
      throw WorkspaceError(.usage, "--raw takes --name, which the value is bound to")
    }
    let certificate = try certificate()
    let path = Self.path(ofValue: fromFile ?? "-")
    let isStandardInput = path == "-" || path == "/dev/stdin"
    let value =
      isStandardInput ? try ValueSource.standardInput(isExact: true) : try ValueSource.file(path)
    let text = try SealedSecretFile.raw(
      value, key: certificate.key,
      label: scope.label(namespace: namespace ?? "", name: name ?? ""))
    guard let sealedSecretFile = OutputPlace.file(sealedSecretFile) else {
      let line = String(decoding: Array(copying: text.bytes), as: UTF8.self) + "\n"
      return try Console.print(line)
    }
    do throws(PlatformError) {
      try AtomicFile.write(
        text.bytes, to: sealedSecretFile, expecting: .anything, options: WriteOptions(mode: 0o644))
    } catch { throw WorkspaceError(writing: error).at(sealedSecretFile) }
  }

  /// kubectl's `NAME=FILE` names the value, which --raw has no use for.
  private static func path(ofValue argument: String) -> String {
    guard !Files.exists(argument), let sign = argument.firstIndex(of: "=") else { return argument }
    return String(argument[argument.index(after: sign)...])
  }

  private func merge(into path: String, _ inputs: InputPaths) throws {
    let named = files.paths + (secretFile.map { [$0] } ?? [])
    guard named.count <= 1, inputs.isSingleFile else {
      throw WorkspaceError(.usage, "--merge-into takes the values of one manifest")
    }
    var expected = SealedSecretEditor.Expected()
    expected.name = given(name)
    expected.namespace = given(namespace)
    expected.scope = scope?.scope
    expected.allowsEmptyData = allowEmptyData
    let editor = SealedSecretEditor(sealingFor: try certificate().key)
    let merged = SealedSecretFile.merge(
      named.first ?? "-", into: path, by: editor, expecting: expected,
      in: files.format?.syntax)
    if report.json {
      var output = JSONArrayOutput()
      try output.append(BatchConsole.json(merged))
      try output.close()
    }
    if case .failed(let error) = merged.result { throw error }
    guard !report.quiet, !report.json else { return }
    for unit in merged.units {
      Console.note(
        "\(escapedForTerminal(path)):\(unit.position.line): "
          + "\(Plural.of(unit.entryCount - unit.keptCount, "value")) sealed of \(unit.entryCount)")
    }
  }

  private func validateAll() throws {
    let inputs = try files.inputs(
      secretFile.map { [$0] } ?? [], besides: keys.standardInputUses)
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
    let isOpening = if case .unseal = work { true } else { false }
    let words =
      switch work {
      case .seal: BatchConsole.Words(progress: "sealing", done: "sealed")
      case .unseal: BatchConsole.Words(progress: "opening", done: "opened", isOpening: true)
      case .reencrypt:
        BatchConsole.Words(progress: "sealing", done: "opened and sealed", readsSealed: true)
      }
    var console = BatchConsole(
      words, options: report, isBrief: destination == .standardOutput)
    try BatchRun.run(
      ManifestBatch(
        SealedSecretTask(work, syntax: syntax), destination: destination,
        mode: isOpening ? 0o600 : 0o644), inputs, console: &console)
  }
}
