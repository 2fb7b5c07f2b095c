internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import Workspace

/// What somebody could read, for people.
enum ExposureText {
  /// The Secrets with a value that is in use first; others when `isVerbose`.
  static func text(_ exposure: Exposure, isVerbose: Bool) -> String {
    let entries = exposure.entries.filter { isVerbose || $0.state.isInForce || $0.state == .gone }
    var lines: [String] = []
    var units: [UnitIdentity] = []
    for entry in entries where units.last != entry.unit { units.append(entry.unit) }
    for unit in units {
      let own = entries.filter { $0.unit == unit }
      lines.append(Console.label(unit.label))
      let width = min(own.map { Console.label($0.name).count }.max() ?? 0, 40)
      for entry in own {
        lines.append(
          "  \(mark(entry.state))  \(CountTable.pad(Console.label(entry.name), width))  \(words(entry))"
        )
        lines += places(entry).map { "    \($0)" }
      }
    }
    return (lines + summary(exposure, isVerbose: isVerbose)).map { $0 + "\n" }.joined()
  }

  static func mark(_ state: Exposure.State) -> String {
    state.isInForce ? "CHANGE" : state == .gone ? "gone  " : "done  "
  }

  /// What is to be done about a key of a Secret, and why.
  static func words(_ entry: Exposure.Entry) -> String {
    let count = entry.values.count == 1 ? "" : "\(entry.values.count) values, "
    let plaintext = entry.values.contains(where: \.isPlaintext) ? "; was in plaintext" : ""
    let state =
      switch entry.state {
      case .unchanged: "still in use"
      case .unknown: "may still be in use: no identity compares it"
      case .gone: "not there any more; revoke it at its source if it still works"
      case .changed: "changed since"
      }
    return count + state + plaintext
  }

  private static func places(_ entry: Exposure.Entry) -> [String] {
    let shown = entry.state.isInForce ? entry.values.filter(\.state.isInForce) : entry.values
    return shown.prefix(4).map { value in
      let files = value.files.first.map { "  \(escapedForTerminal($0))" } ?? ""
      let elsewhere = value.usedElsewhere.prefix(3).map { Console.label($0) }
      return "\(range(value))\(files)"
        + (elsewhere.isEmpty ? "" : "  also \(elsewhere.joined(separator: ", "))")
    } + (shown.count > 4 ? ["and \(shown.count - 4) more"] : [])
  }

  /// "2026-01-02 1a2b3c4d5e6f to 2026-03-04 0a1b2c3d4e5f".
  static func range(_ value: Exposure.Value) -> String {
    guard let first = value.first else { return "not committed" }
    let start = "\(first.day) \(first.shortID)"
    guard value.state != .unchanged, let last = value.last, last != first else {
      return value.state == .unchanged ? "since \(start)" : start
    }
    return "\(start) to \(last.day) \(last.shortID)"
  }

  static func summary(_ exposure: Exposure, isVerbose: Bool) -> [String] {
    var lines: [String] = []
    let names = exposure.recipients.map { Console.label($0.label) }
    var known: Set<String> = []
    let who = names.filter { known.insert($0).inserted }.joined(separator: ", ")
    let changed = exposure.entries.count { $0.state == .changed }
    let gone = exposure.entries.count { $0.state == .gone }
    lines.append(
      "\(who.isEmpty ? "nobody" : who): \(Plural.of(exposure.entries.count, "value")) read, "
        + "\(exposure.inForceCount) to be changed, \(changed) changed, \(gone) gone"
        + (changed > 0 && !isVerbose ? " (--verbose shows all)" : ""))
    if !exposure.openToday.isEmpty {
      let shown = exposure.openToday.prefix(5).map { Console.label($0) }
      let more = exposure.openToday.count - shown.count
      lines.append(
        "still opens today: \(shown.joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")"
          + "; run 'sealwax revoke' first")
    }
    return lines
  }
}

/// The same for programs.
enum ExposureJSON {
  static func value(_ exposure: Exposure) -> JSONValue {
    .object([
      ("recipients", .array(exposure.recipients.map(recipient))),
      ("versions", .number(exposure.versionCount)),
      ("toBeChanged", .number(exposure.inForceCount)),
      ("openToday", .array(exposure.openToday.map { .string($0) })),
      ("values", .array(exposure.entries.map(entry))),
      ("unreadable", .array(exposure.unreadable.map { ErrorJSON.value($0) })),
      ("errors", .array(exposure.errors.map { ErrorJSON.value($0) })),
    ])
  }

  private static func recipient(_ recipient: RecipientDescription) -> JSONValue {
    .object([
      ("kind", .string(recipient.kind.rawValue)),
      ("recipient", .string(AgeRecipientText.decode(recipient.text))),
      ("name", .optional(recipient.name)),
    ])
  }

  private static func entry(_ entry: Exposure.Entry) -> JSONValue {
    .object([
      ("unit", .string(entry.unit.label)), ("namespace", .string(entry.unit.namespace)),
      ("name", .string(entry.unit.name)), ("key", .string(entry.name)),
      ("state", .string(entry.state.rawValue)),
      ("versions", .array(entry.values.map(value))),
    ])
  }

  private static func value(_ value: Exposure.Value) -> JSONValue {
    .object([
      ("state", .string(value.state.rawValue)), ("plaintext", .bool(value.isPlaintext)),
      ("first", commit(value.first)), ("last", commit(value.last)),
      ("files", .array(value.files.map { .string($0) })),
      ("usedElsewhere", .array(value.usedElsewhere.map { .string($0) })),
    ])
  }

  private static func commit(_ mark: CommitMark?) -> JSONValue {
    guard let mark else { return .null }
    return .object([
      ("commit", .string(mark.id)), ("date", .string(WallClock.timestamp(of: mark.seconds))),
    ])
  }
}

/// The same as a page that needs no other file.
enum ExposurePage {
  static func text(_ exposure: Exposure) -> String {
    let ordered = exposure.entries.enumerated().sorted { left, right in
      left.element.state != right.element.state
        ? left.element.state < right.element.state : left.offset < right.offset
    }.map(\.element)
    let table = HTMLPage.table(
      head: ["", "secret", "key", "what", "read in", "files"],
      rows: ordered.map { entry in
        (
          classes: entry.state.isInForce ? "high" : entry.state == .gone ? "medium" : "fine",
          cells: [
            ExposureText.mark(entry.state), entry.unit.label, entry.name,
            ExposureText.words(entry),
            entry.values.prefix(8).map(ExposureText.range).joined(separator: "; "),
            Set(entry.values.flatMap(\.files)).sorted().prefix(8).joined(separator: ", "),
          ]
        )
      })
    let summary = ExposureText.summary(exposure, isVerbose: true).map { line in
      "<p>\(HTMLPage.escaped(line))</p>"
    }
    return HTMLPage.text(
      title: "What could be read, at \(WallClock.timestamp().prefix(10))",
      body: summary.joined(separator: "\n") + "\n" + table)
  }
}
