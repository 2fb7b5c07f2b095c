internal import Platform
internal import Workspace
internal import YAMLSource

/// What is said to people, on standard error: lower case, one line each.
enum Console {
  private enum Colour: String {
    case red = "\u{1b}[31m"
    case yellow = "\u{1b}[33m"
    case cyan = "\u{1b}[36m"
  }

  /// An error with its place, and its hints.
  static func error(_ error: WorkspaceError) {
    say("error", .red, "\(place(error))\(error.message)\(unit(error))")
    for hint in error.hints { self.hint(hint) }
  }

  /// What to do next.
  static func hint(_ text: String) { say("hint", .cyan, text) }

  /// Something that may not be what was meant.
  static func warning(_ text: String) { say("warning", .yellow, text) }

  /// The same for something that stops nothing.
  static func warning(_ error: WorkspaceError) {
    warning("\(place(error))\(error.message)\(unit(error))")
    for hint in error.hints { self.hint(hint) }
  }

  /// Something that was done.
  static func note(_ text: String) {
    Files.writeStandardError(SecretKeyText.redacted(text) + "\n")
  }

  /// "file.yaml:3:5: ", as much of it as is known.
  private static func place(_ error: WorkspaceError) -> String {
    guard let path = error.path else { return "" }
    let shown = path == "-" ? "standard input" : escapedForTerminal(path)
    guard let position = error.position else {
      return error.message.contains(shown) ? "" : "\(shown): "
    }
    return "\(shown):\(position.line):\(position.column): "
  }

  private static func unit(_ error: WorkspaceError) -> String {
    error.unit.map { " (\(label($0)))" } ?? ""
  }

  /// A text in which names may stand that are escaped already, and others that are not: without
  /// terminal escapes, and nothing is escaped twice.
  static func shown(_ text: String, keepingLines: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": result.unicodeScalars.append(scalar)
      case "\n" where keepingLines: result.unicodeScalars.append(scalar)
      default: result += escapedForTerminal(String(scalar))
      }
    }
    return result
  }

  /// A Secret's name as it may be shown: no terminal escapes, no great length.
  static func label(_ text: String) -> String {
    let shown = text.unicodeScalars.count > 320 ? "\(text.unicodeScalars.prefix(320))..." : text
    return escapedForTerminal(shown)
  }

  /// Secret keys are taken out: one that was given for a file's name is in that file's error.
  private static func say(_ kind: String, _ colour: Colour, _ text: String) {
    let head =
      Terminal.usesColour(2) ? "\(colour.rawValue)\(kind):\u{1b}[0m" : "\(kind):"
    Files.writeStandardError("sealwax: \(head) \(SecretKeyText.redacted(text))\n")
  }

  /// Writes a text to standard output.
  static func print(_ text: String) throws(WorkspaceError) {
    do { try Files.writeStandardOutput(Array(text.utf8).span) } catch {
      throw WorkspaceError(writing: error)
    }
  }
}
