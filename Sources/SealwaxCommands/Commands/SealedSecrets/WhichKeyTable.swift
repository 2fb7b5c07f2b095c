internal import ArgumentParser
internal import CryptoCore
internal import Findings
internal import Platform
internal import SealedSecretFormat
internal import Workspace
internal import X509
internal import YAMLSource

/// Tells which key opens which value, and what is wrong with SealedSecrets.
struct WhichKeyTable {
  private let keys: UnsealingKeys
  private let current: RSAOAEP.PublicKey?
  private let isValidating: Bool
  private let isQuiet: Bool
  private var json: JSONArrayOutput?
  private var valueCount = 0
  private var dueCount = 0
  private var findingCount = 0
  private var objectCount = 0
  private var notTriedCount = 0
  private var failure: WorkspaceError?
  private var outputFailure: WorkspaceError?
  /// Whether a value that is due for renewal makes the exit status 1.
  var failsOnRenewal = false
  /// By the index of the key.
  private var counts: [Int: Int] = [:]

  /// - Parameters:
  ///   - current: What values should be sealed for.
  ///   - isValidating: Whether only what is wrong is told.
  init(
    _ keys: UnsealingKeys, renewFor current: RSAOAEP.PublicKey?, isValidating: Bool,
    _ options: ReportOptions
  ) {
    self.keys = keys
    self.current = current
    self.isValidating = isValidating
    isQuiet = options.quiet || options.json
    json = options.json ? JSONArrayOutput() : nil
  }

  /// Takes note of a file.
  mutating func add(_ result: SealedSecretScan.FileResult) {
    if let error = result.error {
      if failure == nil { failure = error }
      Console.error(error)
    }
    var values: [JSONValue] = []
    var problems: [JSONValue] = []
    for report in result.reports {
      objectCount += 1
      if let problem = report.problem {
        say(problem, result.path, report.position, report.label)
        problems.append(
          .object([
            ("unit", .string(report.label)), ("message", .string(problem)),
            ("line", .number(report.position.line)), ("column", .number(report.position.column)),
          ]))
      }
      for value in report.values { values.append(add(value, report, result.path)) }
    }
    write { table throws(WorkspaceError) in
      try table.json?.append(
        .object([
          ("file", .string(result.path)), ("skipped", .optional(result.skipped)),
          ("error", result.error.map { ErrorJSON.value($0) } ?? .null),
          ("problems", .array(problems)), ("values", .array(values)),
        ]))
    }
  }

  /// Writes to standard output, until that fails.
  private mutating func write(
    _ body: (inout WhichKeyTable) throws(WorkspaceError) -> Void
  ) {
    guard outputFailure == nil else { return }
    do throws(WorkspaceError) { try body(&self) } catch { outputFailure = error }
  }

  private mutating func say(
    _ message: String, _ path: String, _ position: SourcePosition, _ unit: String
  ) {
    findingCount += 1
    Console.error(
      WorkspaceError(.malformed, message, path: path, position: position, unit: unit))
  }

  private mutating func add(
    _ value: SealedSecretInspector.Value, _ report: SealedSecretInspector.Report,
    _ path: String
  ) -> JSONValue {
    valueCount += 1
    let name = Console.label(value.key)
    var key: UnsealingKey?
    var isDue = false
    switch value.state {
    case .closed:
      say("no key opens \(name)", path, value.position, report.label)
    case .malformed:
      say("\(name) cannot be a sealed value", path, value.position, report.label)
    case .notTried: notTriedCount += 1
    case .opened(let index):
      let opener = keys.keys[index]
      key = opener
      counts[index, default: 0] += 1
      isDue = current.map { $0 != opener.publicKey } ?? false || opener.state == "compromised"
      if isDue { dueCount += 1 }
      if !isValidating, json == nil {
        let line = Self.line(value, report, path, opener, isDue)
        write { _ throws(WorkspaceError) in try Console.print(line) }
      }
    }
    return .object([
      ("unit", .string(report.label)), ("scope", .string(report.scope.rawValue)),
      ("value", .string(value.key)), ("line", .number(value.position.line)),
      ("result", .string(Self.word(value.state))), ("key", .optional(key?.name)),
      ("fingerprint", .optional(key?.certificate?.fingerprint.short)),
      (
        "expires",
        .optional((key?.certificate?.notAfter).map { WallClock.timestamp(of: $0) })
      ),
      ("due", .bool(isDue)),
    ])
  }

  private static func word(_ state: SealedSecretInspector.Value.State) -> String {
    switch state {
    case .opened: "opened"
    case .closed: "closed"
    case .malformed: "malformed"
    case .notTried: "not tried"
    }
  }

  private static func line(
    _ value: SealedSecretInspector.Value, _ report: SealedSecretInspector.Report, _ path: String,
    _ key: UnsealingKey, _ isDue: Bool
  ) -> String {
    let place = path == "-" ? "standard input" : escapedForTerminal(path)
    let due = isDue ? ": due for renewal" : ""
    return "\(place):\(value.position.line): \(Console.label(report.label)): "
      + "\(Console.label(value.key)): \(describe(key))\(due)\n"
  }

  /// A key with what is known of it.
  private static func describe(_ key: UnsealingKey) -> String {
    var parts = [Console.label(key.name)]
    if let certificate = key.certificate {
      let end = WallClock.timestamp(of: certificate.notAfter).prefix(10)
      parts.append("certificate \(certificate.fingerprint.short)")
      parts.append(
        (certificate.notAfter < WallClock.seconds() ? "expired " : "until ") + String(end))
    }
    if let state = key.state, state != "active" { parts.append(Console.label(state)) }
    return parts.joined(separator: ", ")
  }

  /// Says the sum; exit status 1 when a value does not open, or is due and that counts.
  func finish() throws {
    if let outputFailure { throw outputFailure }
    try json?.close()
    if !isQuiet { Console.note(sum) }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
    if findingCount > 0 || (failsOnRenewal && dueCount > 0) {
      throw ExitCode(ExitStatus.findings)
    }
  }

  private var sum: String {
    var parts = [
      Plural.of(objectCount, "SealedSecret"), Plural.of(valueCount, "value"),
    ]
    if findingCount > 0 { parts.append(Plural.of(findingCount, "finding")) }
    if notTriedCount > 0 { parts.append("no key to try") }
    if !isValidating { parts.append("\(dueCount) due for renewal") }
    return parts.joined(separator: ", ")
  }
}
