internal import Platform
internal import TLSClient
internal import X509

/// Probes one port: first with bare hellos, then with whole handshakes.
///
/// Only the target's own addresses are contacted, one connection at a time.
public struct PortProber: Sendable {
  private let target: ProbeTarget
  private let settings: ProbeSettings
  /// When to stop, whatever is still open.
  private let end: Deadline
  /// When to send no more hellos: the handshakes tell more.
  private let endOfHellos: Deadline

  /// - Parameter target: the port.
  public init(_ target: ProbeTarget, _ settings: ProbeSettings) {
    self.target = target
    self.settings = settings
    end = Deadline(after: settings.timeout * 10)
    endOfHellos = Deadline(after: settings.timeout * 5)
  }

  /// Probes it; takes ten timeouts at most.
  public func run() -> ProbeReport {
    do throws(PlatformError) {
      let (address, first) = try begin()
      var report = ProbeReport(target, .tls)
      report.address = address
      // Whatever took the first connection is what is judged.
      let port = OpenPort(
        address: address, settings: settings, end: end, endOfHellos: endOfHellos, name: name)
      examine(port, first, &report)
      return report
    } catch {
      return ProbeReport(target, .unreachable(error))
    }
  }

  /// The first hello, on a connection that is closed before the next one is made: some servers have
  /// time for one at once.
  private func begin() throws(PlatformError) -> (SocketAddress, ServerAnswer) {
    let socket = try StreamSocket.connect(to: target.addresses(deadline), deadline: deadline)
    let suites = CipherSuite.offered(in: .tls13)
    let hello = ClientHello(version: .tls13, suites: suites, serverName: name)
    return (socket.peer, try hello.exchange(over: socket, deadline: deadline))
  }

  private var deadline: Deadline { Deadline(after: settings.timeout).earlier(end) }

  /// The name to ask for; nil for an address.
  private var name: String? {
    guard let name = settings.serverName ?? target.host, !NameResolution.isAddress(name) else {
      return nil
    }
    return name
  }

  private func examine(
    _ port: OpenPort, _ first: ServerAnswer, _ report: inout ProbeReport
  ) {
    if case .silence(let count) = first {
      report.kind = .silent(after: count)
      return tryPlain(port, &report)
    }
    let survey = VersionSurvey.run(port, first: first)
    report.versions = survey.versions
    guard !survey.versions.isEmpty else {
      report.kind = survey.kind
      return tryPlain(port, &report)
    }
    HandshakeSurvey.run(port, host: target.host ?? "localhost", &report)
    report.verify(settings, name: settings.serverName ?? target.host)
    report.recognise(settings.role)
  }

  /// A port that speaks no TLS may speak HTTP: some servers of it wait for the end of a line.
  private func tryPlain(_ port: OpenPort, _ report: inout ProbeReport) {
    if case .refuses = report.kind { return report.recognise(settings.role) }
    let wait = Deadline(after: min(settings.timeout, .seconds(1))).earlier(end)
    if let answer = port.plainAnswer(host: target.host ?? "localhost", wait) {
      report.kind = .plainHTTP
      report.http = answer
    }
    report.recognise(settings.role)
  }
}

/// An address that takes connections, and how to begin on them.
struct OpenPort {
  let address: SocketAddress
  let settings: ProbeSettings
  let end: Deadline
  let endOfHellos: Deadline
  /// The name to ask for.
  let name: String?

  /// When the next step must be done.
  var deadline: Deadline { Deadline(after: settings.timeout).earlier(end) }

  func connect(_ deadline: Deadline) throws(PlatformError) -> StreamSocket {
    try StreamSocket.connect(to: [address], deadline: deadline)
  }

  /// What a hello gets on a connection of its own; a connection that fails counts as closed.
  func ask(_ version: TLSVersion, _ suites: [CipherSuite]) -> ServerAnswer {
    do throws(PlatformError) {
      let deadline = deadline
      let socket = try connect(deadline)
      let hello = ClientHello(version: version, suites: suites, serverName: name)
      return try hello.exchange(over: socket, deadline: deadline)
    } catch {
      return error.code == .timedOut ? .silence(after: 0) : .closed(after: 0)
    }
  }

  /// A whole handshake, and what `use` makes of the connection when it came about; nil when none
  /// could be tried.
  func shakeHands(
    _ settings: HandshakeSettings, identity: ClientIdentity? = nil,
    use: (borrowing TLSConnection) -> Use? = { _ in nil }
  ) -> (report: HandshakeReport, use: Use?)? {
    let deadline = deadline
    guard let socket = try? connect(deadline),
      let connection = try? TLSConnection(
        over: socket, settings, identity: identity, deadline: deadline)
    else { return nil }
    guard connection.report.outcome == .completed else { return (connection.report, nil) }
    return (connection.report, use(connection))
  }

  /// What came back on a connection, and how it ended.
  typealias Use = (answer: [UInt8], outcome: HandshakeReport.Outcome)

  /// What HTTP without TLS gets.
  func plainAnswer(host: String, _ deadline: Deadline) -> HTTPAnswer? {
    guard let socket = try? connect(deadline),
      (try? socket.write(HTTPAnswer.request(host: host), deadline: deadline)) != nil
    else { return nil }
    var bytes: [UInt8] = []
    while bytes.count < HTTPAnswer.maximumByteCount, !HTTPAnswer.isEnough(bytes), !deadline.isOver {
      guard let more = try? socket.read(upTo: 4096, deadline: deadline), !more.isEmpty else {
        break
      }
      bytes += more
    }
    return HTTPAnswer(bytes)
  }
}
