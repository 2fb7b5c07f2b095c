internal import ArgumentParser
internal import EncryptionAtRest
internal import Findings
internal import Platform
internal import Workspace
internal import YAMLSource

/// `sealwax at-rest check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge EncryptionConfiguration files as kube-apiserver does, and beyond.",
    discussion: """
      Says whether the API server takes a file, and if not, everything that it objects to; then what \
      is bad about it all the same. It never shows a byte of a key, which the API server's own \
      errors may do: check a file before the API server sees it. In folders, files that mention an \
      EncryptionConfiguration are looked at. Exit status 1 when a file is refused or has findings.

      EXAMPLES
        sealwax at-rest check /etc/kubernetes/enc/enc.yaml
        sealwax at-rest check --reload --feature-gate KMSv1 enc.yaml
        sealwax at-rest check --manifest kube-apiserver.yaml enc.yaml
        sealwax at-rest check --same node-*/enc.yaml
        sealwax at-rest check --format sarif clusters/ > findings.sarif
      """)

  @Argument(help: "Files, folders, patterns, or '-'.", completion: .file())
  var paths: [String] = []

  @Flag(help: "The API server reloads the file by itself (automatic reload).")
  var reload = false

  @Option(
    name: .customLong("feature-gate"),
    help: ArgumentHelp("A feature gate that is on; KMSv1 counts.", valueName: "name"),
    completion: .list(["KMSv1"]))
  var featureGates: [String] = []

  @Option(
    name: .customLong("manifest"),
    help: ArgumentHelp(
      "A static pod's manifest of kube-apiserver: its flags and mounts. Repeatable.",
      valueName: "file"),
    completion: .file())
  var manifests: [String] = []

  @Flag(help: "The files are those of one cluster's API servers: they must say the same.")
  var same = false

  @Option(
    name: .customLong("resource"),
    help: ArgumentHelp(
      "Say what writes and reads it, besides secrets and configmaps. Repeatable.",
      valueName: "resource"))
  var resources: [String] = []

  @Flag(help: "Show the API server's own messages, without the keys that it may print.")
  var upstreamMessages = false

  @OptionGroup(title: "Findings") var report: FindingsOptions

  func run() throws {
    guard !paths.isEmpty || !manifests.isEmpty else {
      throw WorkspaceError(
        .usage, "nothing to check",
        hints: ["name files or folders, or a static pod with --manifest"])
    }
    var options = try verdictOptions()
    var pods: [(path: String, manifest: APIServerManifest)] = []
    for path in manifests { pods.append((path, try ManifestOfAPIServer.read(path))) }
    // How the API server is really run.
    if pods.contains(where: \.manifest.isReloaded) { options.isReloaded = true }
    if pods.contains(where: \.manifest.allowsKMSv1) { options.allowsKMSv1 = true }
    let files = paths.isEmpty ? [] : try CheckedFiles.read(InputPaths(paths), options: options)
    var findings = files.flatMap { $0.findings() }
    for pod in pods {
      findings += pod.manifest.findings(file: pod.path, configurations: files.map(\.path))
    }
    if same {
      findings += NodeComparison.findings(
        files.compactMap { file in
          file.verdict?.configuration.map { (file.path, $0) }
        })
    }
    findings = FindingsOptions.settled(findings)
    switch report.chosenFormat {
    case .text: try printText(files, findings)
    case .json: try printJSON(files, findings)
    case .sarif, .junit:
      try report.print(findings, files: files.map(\.path) + manifests, check: "at-rest")
    }
    if files.isEmpty, manifests.isEmpty {
      throw WorkspaceError(
        .noInput, "no EncryptionConfiguration is there",
        hints: ["name the file that --encryption-provider-config has, or its folder"])
    }
    for file in files { if let error = file.error { Console.error(error) } }
    if let error = files.lazy.compactMap(\.error).first { throw ExitCode(ExitStatus.of(error)) }
    try report.exit(for: findings)
  }

  private func verdictOptions() throws(WorkspaceError) -> ConfigurationVerdict.Options {
    var options = ConfigurationVerdict.Options()
    options.isReloaded = reload
    for gate in featureGates.flatMap({ $0.split(separator: ",") }) {
      switch gate {
      case "KMSv1", "KMSv1=true": options.allowsKMSv1 = true
      case "KMSv1=false": options.allowsKMSv1 = false
      default:
        throw WorkspaceError(
          .usage, "the feature gate '\(escapedForTerminal(String(gate)))' changes nothing here",
          hints: ["KMSv1 is the one that does"])
      }
    }
    return options
  }

  private var shownResources: [GroupResource] {
    [.secrets, GroupResource("configmaps")] + resources.map { GroupResource($0) }
  }

  private func printText(_ files: [CheckedFiles.File], _ findings: [Finding]) throws {
    for (index, file) in files.enumerated() {
      guard let verdict = file.verdict else { continue }
      if index > 0 { try Console.print("\n") }
      let path = file.path == "-" ? "standard input" : escapedForTerminal(file.path)
      try Console.print(
        "\(path): \(verdict.isAccepted ? "accepted" : "REFUSED") by the API server\n")
      if upstreamMessages {
        try Console.print("  \(FindingsText.shown(verdict.upstreamMessage(file: file.path)))\n")
      }
      if verdict.isAccepted, let configuration = verdict.configuration {
        for resource in shownResources {
          try Console.print("  \(Self.line(EffectiveProviders(resource, in: configuration)))\n")
        }
      }
      let own = findings.filter { $0.file == file.path }
      if !own.isEmpty { try Console.print(FindingsText.text(own, colour: Terminal.usesColour(1))) }
    }
    for manifest in manifests {
      let own = findings.filter { $0.file == manifest }
      if !own.isEmpty { try Console.print(FindingsText.text(own, colour: Terminal.usesColour(1))) }
    }
    let others = others(findings, files)
    if !others.isEmpty {
      try Console.print(FindingsText.text(others, colour: Terminal.usesColour(1)))
    }
  }

  private static func line(_ effective: EffectiveProviders) -> String {
    let others = effective.readers.filter { $0 != effective.writer }.map(label)
    let reads = others.isEmpty ? "" : "; also read: \(others.joined(separator: ", "))"
    let name = escapedForTerminal(effective.resource.description)
    if effective.writer.provider == .identity {
      return "\(name): PLAINTEXT\(effective.isCovered ? "" : ", not covered")\(reads)"
    }
    return "\(name): written with \(label(effective.writer))\(reads)"
  }

  private static func label(_ reader: StorageReader) -> String {
    reader.provider == .identity
      ? "plaintext" : "\(reader.provider.rawValue) '\(escapedForTerminal(reader.name))'"
  }

  private func printJSON(_ files: [CheckedFiles.File], _ findings: [Finding]) throws {
    var output = JSONArrayOutput()
    for file in files {
      guard let verdict = file.verdict else { continue }
      let errors = verdict.problems.map { problem in
        JSONValue.object([
          ("stage", .string(problem.stage.rawValue)), ("type", .optional(problem.kind?.rawValue)),
          ("field", .optional(problem.field)), ("message", .string(problem.message)),
          ("upstream", .string(problem.upstream)), ("line", .number(problem.position.line)),
          ("column", .number(problem.position.column)),
        ])
      }
      let effective = (verdict.isAccepted ? verdict.configuration : nil).map { configuration in
        shownResources.map { resource in
          let effective = EffectiveProviders(resource, in: configuration)
          return JSONValue.object([
            ("resource", .string(resource.description)), ("covered", .bool(effective.isCovered)),
            ("writer", Self.json(effective.writer)),
            ("readers", .array(effective.readers.map(Self.json))),
          ])
        }
      }
      try output.append(
        .object([
          ("file", .string(file.path)), ("accepted", .bool(verdict.isAccepted)),
          ("errors", .array(errors)), ("effective", .array(effective ?? [])),
          (
            "findings",
            .array(findings.filter { $0.file == file.path }.map { FindingsJSON.value($0) })
          ),
        ]))
    }
    for manifest in manifests {
      let own = findings.filter { $0.file == manifest }.map { FindingsJSON.value($0) }
      try output.append(
        .object([("file", .string(manifest)), ("manifest", .bool(true)), ("findings", .array(own))])
      )
    }
    for finding in others(findings, files) {
      try output.append(
        .object([
          ("file", .optional(finding.file)), ("policy", .bool(true)),
          ("findings", .array([FindingsJSON.value(finding)])),
        ]))
    }
    try output.close()
  }

  /// What was found in a policy.
  private func others(_ findings: [Finding], _ files: [CheckedFiles.File]) -> [Finding] {
    let shown = Set(files.map(\.path) + manifests)
    return findings.filter { finding in finding.file.map { !shown.contains($0) } ?? true }
  }

  private static func json(_ reader: StorageReader) -> JSONValue {
    .object([
      ("provider", .string(reader.provider.rawValue)),
      ("key", reader.name.isEmpty ? .null : .string(reader.name)),
    ])
  }
}
