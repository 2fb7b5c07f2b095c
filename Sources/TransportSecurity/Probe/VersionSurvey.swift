internal import Platform
internal import TLSClient

/// Which versions a server accepts, and which suites in each, by elimination: it is offered all of
/// them, then all but the one that it picked, until it picks none.
struct VersionSurvey {
  private(set) var versions: [ProbeReport.Version] = []
  /// What the port is when it accepted no version.
  private(set) var kind = ProbeReport.Kind.closes

  /// - Parameter first: the answer to a hello of TLS 1.3 with all its suites.
  static func run(_ port: OpenPort, first: ServerAnswer) -> VersionSurvey {
    var survey = VersionSurvey()
    for version in TLSVersion.allCases.reversed() {
      let offered = CipherSuite.offered(in: version)
      let answer = version == .tls13 ? first : port.ask(version, offered)
      survey.note(answer)
      guard let picked = suite(in: answer, version, offered) else {
        // It answered before: what it ignores now, it would ignore again and again.
        if case .silence = answer { break }
        continue
      }
      survey.versions.append(eliminate(port, version, offered, picked))
    }
    return survey
  }

  private static func eliminate(
    _ port: OpenPort, _ version: TLSVersion, _ offered: [CipherSuite], _ first: CipherSuite
  ) -> ProbeReport.Version {
    var accepted = [first]
    var rest = offered.filter { $0 != first }
    while !rest.isEmpty {
      if port.endOfHellos.isOver {
        return ProbeReport.Version(version: version, suites: accepted, isComplete: false)
      }
      let answer = port.ask(version, rest)
      guard let picked = suite(in: answer, version, rest) else {
        var isComplete = true
        if case .silence = answer { isComplete = false }
        return ProbeReport.Version(version: version, suites: accepted, isComplete: isComplete)
      }
      accepted.append(picked)
      rest.removeAll { $0 == picked }
    }
    return ProbeReport.Version(version: version, suites: accepted, isComplete: true)
  }

  /// What was picked: an answer in another version, or with a suite that was not offered, is none.
  private static func suite(
    in answer: ServerAnswer, _ version: TLSVersion, _ offered: [CipherSuite]
  ) -> CipherSuite? {
    guard case .hello(version.rawValue, let number) = answer else { return nil }
    return offered.first { $0.number == number }
  }

  /// Keeps what says most about a port that accepts nothing.
  private mutating func note(_ answer: ServerAnswer) {
    switch answer {
    case .http: kind = .plainHTTP
    case .alert(let alert): if kind == .closes { kind = .refuses(alert) }
    case .other(let bytes): if kind == .closes { kind = .notTLS(bytes) }
    case .hello, .closed, .silence: break
    }
  }
}
