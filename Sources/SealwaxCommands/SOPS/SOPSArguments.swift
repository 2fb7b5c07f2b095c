internal import Platform
internal import Workspace

/// Arguments of SOPS's command line, read as Go's flag package reads them: one or two hyphens, `=` or
/// the next argument for a value, flags in front.
struct SOPSArguments {
  /// What stands behind the flags.
  private(set) var positionals: [String] = []
  private var values: [String: [String]] = [:]

  /// Reads arguments.
  ///
  /// - Parameters:
  ///   - anywhere: whether flags may stand behind other arguments, as they may behind a command; what
  ///     begins with a hyphen there and is no flag is an argument.
  /// - Throws: `.usage` for an unknown flag in front, a missing or a malformed value.
  init(_ arguments: [String], flags: [SOPSFlag], anywhere: Bool) throws(WorkspaceError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        positionals += rest
        return
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        positionals.append(argument)
        guard anywhere else {
          positionals += rest
          return
        }
        continue
      }
      let word = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts.first.map(String.init) ?? ""
      guard let flag = flags.first(where: { $0.name == name || $0.short == name }) else {
        if !positionals.isEmpty {
          positionals.append(argument)
          continue
        }
        throw SOPSArguments.unknown(name)
      }
      try take(flag, parts.count > 1 ? String(parts[1]) : nil, &rest)
    }
  }

  private static func unknown(_ name: String) -> WorkspaceError {
    // A secret may stand where a flag was meant: what is no name is not repeated.
    let isName = name.utf8.count <= 40 && name.utf8.allSatisfy { $0 == 0x2d || $0 | 0x20 >= 0x61 }
    return WorkspaceError(
      .usage, isName ? "unknown flag '\(escapedForTerminal("--" + name))'" : "unknown flag",
      hints: ["see 'sealwax sops --help'; docs/sops.md has every flag of SOPS"])
  }

  private mutating func take(
    _ flag: SOPSFlag, _ value: String?, _ rest: inout ArraySlice<String>
  ) throws(WorkspaceError) {
    var value = value
    if flag.kind == .flag {
      value = value ?? "true"
    } else if value == nil {
      value = rest.popFirst()
    }
    guard let value else {
      throw WorkspaceError(.usage, "--\(flag.name) needs a value")
    }
    try SOPSArguments.check(value, of: flag)
    values[flag.name] = flag.kind == .list ? (values[flag.name] ?? []) + [value] : [value]
  }

  private static func check(_ value: String, of flag: SOPSFlag) throws(WorkspaceError) {
    switch flag.kind {
    case .flag where truth(value) == nil:
      throw WorkspaceError(.usage, "--\(flag.name) is true or false")
    case .number where Int(value) == nil:
      throw WorkspaceError(.usage, "--\(flag.name) is a number")
    default: break
    }
  }

  private static func truth(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }

  /// Takes variables for the flags that are not there.
  ///
  /// - Throws: `.usage` when a variable's value is malformed.
  mutating func addVariables(_ flags: [SOPSFlag]) throws(WorkspaceError) {
    for flag in flags {
      guard values[flag.name] == nil, let variable = flag.variable,
        let value = Environment.value(variable), !value.isEmpty
      else { continue }
      do { try SOPSArguments.check(value, of: flag) } catch {
        throw error.hinting("\(variable) says so")
      }
      values[flag.name] =
        flag.kind == .list ? value.split(separator: ",").map(String.init) : [value]
    }
  }

  /// Takes over what was said in front of a command.
  mutating func merge(_ other: SOPSArguments) {
    values.merge(other.values) { mine, _ in mine }
  }

  /// The names of the flags that are there.
  var names: [String] { values.keys.sorted() }

  func has(_ name: String) -> Bool { isSet(name) ?? false }

  /// What was said of a flag; nil when nothing was.
  func isSet(_ name: String) -> Bool? {
    values[name]?.last.flatMap(SOPSArguments.truth)
  }

  /// A text; nil when there is none, or an empty one.
  func text(_ name: String) -> String? {
    values[name]?.last.flatMap { $0.isEmpty ? nil : $0 }
  }

  func number(_ name: String) -> Int? { values[name]?.last.flatMap { Int($0) } }

  func list(_ name: String) -> [String] { values[name] ?? [] }
}
