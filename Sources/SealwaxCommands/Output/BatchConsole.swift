internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace
internal import YAMLSource

/// Tells what became of the files of a batch: errors at once, then a line a file or a sum.
struct BatchConsole {
  private let isQuiet: Bool
  /// Whether the sum is said when nothing came out, and nothing else.
  private let isBrief: Bool
  private let words: Words
  private var json: JSONArrayOutput?
  private var progress: ProgressLine
  private var lines: [String] = []
  private var fileCount = 0
  private var skippedCount = 0
  private var resultCount = 0
  private var failedCount = 0
  private var unitCounts: [Int] = [0, 0, 0]
  private var valueCount = 0
  private var hasSecrets = false
  private var hasSOPSFiles = false
  private var firstFailure: WorkspaceError?
  private var warnings: Set<String> = []
  private var hints: Set<String> = []
  private var lastError = ""
  /// Files with other names, and how many of these still have the plaintext.
  private var linked: [FileReport.Names: (path: String, left: Int)] = [:]

  /// How a command calls what it does.
  struct Words {
    /// While it is done: "sealing".
    let progress: String
    /// When it is done: "sealed".
    let done: String
    /// Whether plaintext comes out of it.
    var isOpening = false
    /// Whether no plaintext stood in the files before.
    var readsSealed = false
  }

  /// The most files that get a line of their own without `--verbose`.
  private static let maximumLineCount = 20
  private let isVerbose: Bool

  /// - Parameter isBrief: Whether the result goes to standard output, from which the next program
  ///   reads: then nobody wants a commentary, unless nothing comes.
  init(_ words: Words, options: ReportOptions, isBrief: Bool = false) {
    self.words = words
    self.isBrief = isBrief && !options.quiet && !options.verbose
    isQuiet = options.quiet || self.isBrief
    isVerbose = options.verbose
    json = options.json ? JSONArrayOutput() : nil
    progress = ProgressLine(words.progress, isQuiet: isQuiet || options.json)
  }

  /// Takes note of a file.
  mutating func add(_ report: FileReport) throws(WorkspaceError) {
    progress.advance()
    fileCount += 1
    if let warning = report.warning, warnings.insert(warning).inserted {
      progress.clear()
      Console.warning(warning)
    }
    switch report.result {
    case .failed(let error):
      failedCount += 1
      if firstFailure == nil { firstFailure = error }
      progress.clear()
      show(error)
    case .skipped(let reason):
      skippedCount += 1
      if isVerbose { Console.note("\(escapedForTerminal(report.path)): skipped: \(reason)") }
    case .written, .printed, .unchanged, .planned:
      resultCount += 1
      for unit in report.units { count(unit) }
      warn(of: report)
      addLine(report)
    }
    try json?.append(Self.json(report))
  }

  /// What stays readable although it may not look so; said however quiet it is to be.
  private mutating func warn(of report: FileReport) {
    let path = report.path == "-" ? "standard input" : escapedForTerminal(report.path)
    for unit in report.units
    where words.isOpening && unit.action == .notSealed && unit.entryCount > 0 {
      progress.clear()
      Console.warning(
        "\(path):\(unit.position.line): \(escapedForTerminal(unit.label)) is not sealed: nobody "
          + "checked where its values come from")
    }
    for unit in report.units {
      // Sealed, the mistake would show in the cluster only.
      for value in unit.notBase64.prefix(5) {
        progress.clear()
        Console.warning(
          "\(path):\(value.position.line):\(value.position.column): "
            + "\(escapedForTerminal(value.name)) is not Base64, so Kubernetes will refuse it; "
            + "texts as they are go under stringData")
      }
    }
    let hidesPlaintext =
      !words.readsSealed && report.units.contains { [.sealed, .resealed].contains($0.action) }
    // Other names may be among the files to come.
    guard hidesPlaintext, let names = report.names, names.count > 1 || linked[names] != nil
    else { return }
    linked[names, default: (path, names.count)].left -= 1
  }

  /// What stays readable under another name, when no more files come.
  private func warnOfOtherNames() {
    for (path, left) in linked.values.sorted(by: { $0.path < $1.path }) where left > 0 {
      Console.warning(
        "\(path) has \(Plural.of(left, "other name")) (hard links), where the plaintext stays")
    }
  }

  /// Shows the same error (of a policy) and the same advice once, however many files they are for.
  private mutating func show(_ error: WorkspaceError) {
    let place = error.position.map { "\($0.line):\($0.column)" } ?? ""
    let text = "\(error.path ?? ""):\(place): \(error.message)"
    guard text != lastError else { return }
    lastError = text
    var shown = error
    shown.hints = error.hints.filter { hints.insert($0).inserted }
    Console.error(shown)
  }

  private mutating func count(_ unit: UnitOutcome) {
    if unit.isFile { hasSOPSFiles = true } else { hasSecrets = true }
    switch unit.action {
    case .sealed, .opened, .rewrapped, .rotated:
      unitCounts[0] += 1
      valueCount += unit.entryCount
    case .resealed: unitCounts[1] += 1
    case .alreadySealed, .notSealed: unitCounts[2] += 1
    }
  }

  private mutating func addLine(_ report: FileReport) {
    guard !isQuiet, json == nil, !report.units.isEmpty else { return }
    let path = report.path == "-" ? "standard input" : escapedForTerminal(report.path)
    let plan = if case .planned = report.result { "would be changed: " } else { "" }
    for unit in report.units {
      let text = "\(path):\(unit.position.line): \(plan)\(Self.describe(unit))"
      if isVerbose {
        Console.note(text)
      } else if lines.count <= Self.maximumLineCount {
        lines.append(text)
      }
    }
  }

  private static func describe(_ unit: UnitOutcome) -> String {
    let values = Plural.of(unit.entryCount, "value")
    let label = escapedForTerminal(unit.label)
    let sealed = unit.isFile ? "encrypted" : "sealed"
    return switch unit.action {
    case .sealed: "\(label): \(sealed), \(values)" + reason(unit.newKeyReason)
    case .resealed:
      "\(label): \(sealed) again, \(unit.keptCount) of \(values) kept"
        + (unit.accepted.map {
          $0.isEmpty ? "; with the fields that the policy names" : "; accepted: \($0)"
        } ?? "")
    case .alreadySealed: "\(label): \(sealed) already"
    case .rewrapped:
      "\(label): the same data key, "
        + (recipientChange(unit).isEmpty ? "recipients named anew" : recipientChange(unit))
    case .rotated:
      (["\(label): a new data key, \(values) \(sealed) anew", recipientChange(unit)])
        .filter { !$0.isEmpty }.joined(separator: ", ")
    case .opened: "\(label): opened, \(values)"
    case .notSealed: "\(label): not sealed, left as it is"
    }
  }

  /// Whom a Secret was given to, and taken from.
  private static func recipientChange(_ unit: UnitOutcome) -> String {
    func names(_ recipients: [RecipientDescription]) -> String {
      recipients.map { Console.label($0.label) }.joined(separator: ", ")
    }
    var parts: [String] = []
    if !unit.addedRecipients.isEmpty { parts.append("given to \(names(unit.addedRecipients))") }
    if !unit.removedRecipients.isEmpty {
      parts.append("taken from \(names(unit.removedRecipients))")
    }
    return parts.joined(separator: ", ")
  }

  /// Why values that did not change got new ciphertext.
  private static func reason(_ reason: UnitOutcome.NewKeyReason?) -> String {
    switch reason {
    case .noIdentity: "; a new data key: no identity opens the earlier version"
    case .recipientsChanged: "; a new data key: the recipients changed"
    case .contextChanged: "; a new data key: cipher, scope or name changed"
    case .noEarlierVersion, .earlierVersionNotSealed, nil: ""
    }
  }

  /// Says the sum, and throws the exit status of the first failure.
  func finish() throws {
    progress.clear()
    warnOfOtherNames()
    try json?.close()
    if json == nil, !isQuiet {
      if lines.count <= Self.maximumLineCount { for line in lines { Console.note(line) } }
      let isLong = lines.count > Self.maximumLineCount
      if fileCount > 1 || isLong || (lines.isEmpty && failedCount == 0) { Console.note(sum) }
    }
    if isBrief, json == nil, resultCount == 0, failedCount == 0 { Console.note(sum) }
    if let firstFailure { throw ExitCode(ExitStatus.of(firstFailure)) }
  }

  private var counted: String {
    guard hasSOPSFiles else { return Plural.of(unitCounts[0], "Secret") }
    return hasSecrets
      ? "\(unitCounts[0]) Secrets and SOPS files" : Plural.of(unitCounts[0], "SOPS file")
  }

  private var sum: String {
    var parts = ["\(words.done) \(counted)"]
    // Of one file no line says how many.
    if fileCount == 1, valueCount > 0 { parts.append(Plural.of(valueCount, "value")) }
    if unitCounts[1] > 0 { parts.append("\(unitCounts[1]) sealed again") }
    if unitCounts[2] > 0 { parts.append("\(unitCounts[2]) left as they are") }
    parts.append(Plural.of(fileCount, "file"))
    if skippedCount > 0 { parts.append("\(skippedCount) skipped") }
    if failedCount > 0 { parts.append("\(failedCount) failed") }
    return parts.joined(separator: ", ")
  }

  /// A file for programs.
  static func json(_ report: FileReport) -> JSONValue {
    var fields: [(String, JSONValue)] = [("file", .string(report.path))]
    switch report.result {
    case .written(let path): fields += [("result", .string("written")), ("output", .string(path))]
    case .printed: fields.append(("result", .string("printed")))
    case .unchanged: fields.append(("result", .string("unchanged")))
    case .planned: fields.append(("result", .string("planned")))
    case .skipped(let reason):
      fields += [("result", .string("skipped")), ("reason", .string(reason))]
    case .failed(let error):
      fields += [("result", .string("failed")), ("error", ErrorJSON.value(error))]
    }
    let units = report.units.map { unit in
      JSONValue.object([
        ("unit", .string(unit.label)), ("line", .number(unit.position.line)),
        ("action", .string("\(unit.action)")), ("values", .number(unit.entryCount)),
        ("kept", .number(unit.keptCount)),
        ("accepted", .optional(unit.accepted)),
        ("added", .array(unit.addedRecipients.map { .string($0.label) })),
        ("removed", .array(unit.removedRecipients.map { .string($0.label) })),
      ])
    }
    return .object(fields + [("units", .array(units))])
  }
}

/// An error for programs.
enum ErrorJSON {
  static func value(_ error: WorkspaceError) -> JSONValue {
    .object([
      ("status", .number(Int(ExitStatus.of(error)))), ("message", .string(error.message)),
      ("file", .optional(error.path)), ("unit", .optional(error.unit)),
      ("line", error.position.map { .number($0.line) } ?? .null),
      ("column", error.position.map { .number($0.column) } ?? .null),
      ("hints", .array(error.hints.map { .string($0) })),
    ])
  }
}
