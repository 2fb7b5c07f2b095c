internal import ArgumentParser
internal import ControlPlane
internal import Findings
internal import Platform
internal import TransportSecurity
internal import Workspace

/// `sealwax tls coverage`.
struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Say link by link what of a control plane is encrypted and verified.",
    discussion: """
      Reads the files of one or several nodes: static pods, units, kubelet and etcd \
      configurations, kubeconfigs, certificates. Each link of the control plane becomes a row: \
      whether it is encrypted, who verifies the server and the client and by which authority, the \
      oldest protocol, and when the first certificate on it ends. Flags are resolved as the \
      components do it. What the files do not say is unknown, never fine. Exit status 1 with \
      findings.

      A DIR is the root of a node (with etc/kubernetes, var/lib/kubelet and so on below it), a \
      folder of such roots, or a folder with the files in any order.

      EXAMPLES
        sealwax tls coverage --root /
        sealwax tls coverage --root cp-1 cp-2 cp-3
        sealwax tls coverage --root nodes/ --evidence
        kubectl get validatingwebhookconfigurations,apiservices,ingresses -A \\
          -o yaml | sealwax tls coverage --root / --objects -
        sealwax tls coverage --root nodes/ --html coverage.html
        sealwax tls coverage --root / --json | jq '.links[].verdict'
      """)

  @Option(
    name: .customLong("root"), parsing: .upToNextOption,
    help: ArgumentHelp("The nodes' files. Repeatable.", valueName: "dir"),
    completion: .directory)
  var roots: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Objects of the cluster: webhooks, APIServices, Ingresses; files, folders, or '-'.",
      valueName: "path"),
    completion: .file())
  var objects: [String] = []

  @Flag(help: "Show what every cell rests on: flags and fields with their places.")
  var evidence = false

  @Option(
    help: ArgumentHelp(
      "How long before its end a certificate counts as expiring: 30d, 12h.",
      valueName: "duration"))
  var warn = DurationArgument(seconds: 30 * 86_400)

  @Option(
    help: ArgumentHelp(
      "Judge as if it were then: 2027-06-01, 2027-06-01T12:00:00Z, or +90d.",
      valueName: "time"))
  var now: TimeArgument?

  @Option(
    help: ArgumentHelp("Write a page with the matrix.", valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup(title: "Findings") var report: FindingsOptions

  func run() throws {
    let clock = WallClock.seconds()
    var matrix = CoverageMatrix(
      try nodes(), objects: try ObjectFiles.read(objects),
      now: now?.seconds(from: clock) ?? clock, warning: warn.seconds)
    for folder in matrix.emptyNodes {
      Console.warning("nothing of a control plane is in '\(escapedForTerminal(folder))'")
    }
    if matrix.links.isEmpty {
      let denied = "\(PlatformError.Code.permissionDenied)"
      let unread = matrix.findings.filter { $0.message == denied }.prefix(3).compactMap { finding in
        finding.file.map { "\(escapedForTerminal($0)): \(denied)" }
      }
      throw WorkspaceError(
        .noInput, "there is nothing to judge",
        hints: unread.isEmpty
          ? ["--root takes a node's root folder: etc/kubernetes lies below it"] : unread)
    }
    matrix.findings = FindingsOptions.settled(matrix.findings)
    switch report.chosenFormat {
    case .text: try CoverageText(matrix, showsEvidence: evidence).print()
    case .json: try Console.print(CoverageJSON.text(matrix))
    case .sarif, .junit:
      try report.print(matrix.findings, files: files(of: matrix), check: "tls")
    }
    if let html { try PageFile.write(CoveragePage.text(matrix), to: html) }
    try report.exit(for: matrix.findings)
  }

  private func nodes() throws(WorkspaceError) -> [NodeRoot] {
    var nodes: [NodeRoot] = []
    var known: Set<String> = []
    for folder in roots {
      do throws(PlatformError) {
        for node in try NodeRoot.nodes(in: folder) {
          // One folder may be named in several ways.
          let path = (try? Files.realPath(node.folder)) ?? node.folder
          if known.insert(path).inserted { nodes.append(node) }
        }
      } catch { throw WorkspaceError(reading: error).at(folder) }
    }
    return nodes
  }

  private func files(of matrix: CoverageMatrix) -> [String] {
    var files: [String] = []
    for file in matrix.findings.compactMap(\.file) where !files.contains(file) {
      files.append(file)
    }
    return files.isEmpty ? matrix.nodes : files
  }
}
