internal import ArgumentParser
internal import Findings
internal import Platform
internal import TransportSecurity
internal import Workspace

/// `sealwax tls probe`.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shake hands with running servers and judge what they accept.",
    discussion: """
      For each port: the TLS versions and cipher suites that are really accepted, the chain sent \
      and whether it leads to the given authorities and is for the name, whether a client \
      certificate is asked for or required, and what listens there (kube-apiserver, etcd, kubelet, \
      ...), by which it is judged. Only the ports that are named are contacted, each with some \
      dozens of short connections; nothing but /version is asked for. Names are looked up in \
      /etc/hosts and the DNS.

      A target is HOST:PORT, HOST (port 6443), https://HOST (port 443), [IPV6]:PORT or unix:PATH. \
      Exit status 1 when there are findings, 66 when a target cannot be reached.

      EXAMPLES
        sealwax tls probe --ca /etc/kubernetes/pki/ca.crt 10.0.0.10:6443
        sealwax tls probe --ca etcd-ca.crt 10.0.0.10:2379 10.0.0.10:2380
        sealwax tls probe --ca ca.crt --server-name kubernetes 127.0.0.1:6443
        sealwax tls probe --client-certificate kubelet-client.pem node-1:10250
        sealwax tls probe --timeout 2 --format sarif --from ports.txt > tls.sarif
      """)

  @Argument(help: "Ports to probe; '-' reads them from standard input, one a line.")
  var targets: [String] = []

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("A file with a target on each line. Repeatable.", valueName: "file"),
    completion: .file())
  var lists: [String] = []

  @OptionGroup(title: "Certificates")
  var trust: ProbeTrustOptions

  @Option(
    help: ArgumentHelp(
      "Seconds that a connection and its handshake may take.", valueName: "seconds"))
  var timeout = 5.0

  @Option(
    help: ArgumentHelp(
      "How long before its end a certificate counts as expiring: 30d, 12h.",
      valueName: "duration"))
  var warn = DurationArgument(seconds: 30 * 86_400)

  @Option(
    name: .customLong("role"),
    help: ArgumentHelp(
      "What the targets are, instead of finding out.",
      valueName: "role"))
  var role: RoleArgument?

  @OptionGroup(title: "Findings")
  var report: FindingsOptions

  func validate() throws {
    guard timeout >= 0.1, timeout <= 300 else {
      throw ValidationError("--timeout is between 0.1 and 300 seconds")
    }
  }

  func run() throws {
    let targets = try ProbeTargets.read(targets, lists: lists)
    var settings = try trust.settings()
    settings.timeout = .milliseconds(Int(timeout * 1000))
    settings.warningSeconds = warn.seconds
    settings.role = role?.role
    let reports = ProbeRun.reports(targets, settings)
    let now = WallClock.seconds()
    let all = FindingsOptions.settled(reports.flatMap { $0.findings(settings, now: now) })
    let byTarget = Dictionary(grouping: all) { $0.file }
    let findings = reports.map { byTarget[$0.target.description] ?? [] }
    try print(reports, findings, settings, now: now)
    var status: Int32?
    for report in reports {
      guard let error = Self.error(of: report) else { continue }
      Console.error(error)
      status = status ?? ExitStatus.of(error)
    }
    if let status { throw ExitCode(status) }
    try report.exit(for: all)
  }

  private func print(
    _ reports: [ProbeReport], _ findings: [[Finding]], _ settings: ProbeSettings, now: Int
  ) throws {
    switch report.chosenFormat {
    case .text:
      for (index, (report, own)) in zip(reports, findings).enumerated() {
        let text = ProbeText(report: report, settings: settings, now: now).text
        try Console.print((index > 0 ? "\n" : "") + text)
        if !own.isEmpty {
          try Console.print(FindingsText.text(own, colour: Terminal.usesColour(1)))
        }
      }
    case .json:
      var output = JSONArrayOutput()
      for (report, own) in zip(reports, findings) {
        try output.append(ProbeJSON.value(report, own))
      }
      try output.close()
    case .sarif, .junit:
      // What could not be reached has passed nothing.
      let reached = reports.filter { Self.error(of: $0) == nil }.map(\.target.description)
      try self.report.print(findings.flatMap(\.self), files: reached, check: "tls")
    }
  }

  private static func error(of report: ProbeReport) -> WorkspaceError? {
    guard case .unreachable(let error) = report.kind else { return nil }
    var hints: [String] = []
    switch error.code {
    case .unknownHost, .noNameServer:
      hints = ["names are looked up in /etc/hosts and the DNS alone; give the address instead"]
    case .timedOut: hints = ["give it more time with --timeout"]
    default: break
    }
    return WorkspaceError(
      .noInput, error.description, path: report.target.description, hints: hints)
  }
}

/// A role on the command line.
struct RoleArgument: ExpressibleByArgument {
  let role: EndpointRole

  init?(argument: String) {
    guard let role = EndpointRole(rawValue: argument), role != .unknown else { return nil }
    self.role = role
  }

  static var allValueStrings: [String] {
    EndpointRole.allCases.filter { $0 != .unknown }.map(\.rawValue)
  }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
