import Foundation

/// A session with the program as it should go: commands, what they print, and their exit status.
///
/// A line beginning with `$ ` is a command, run by the shell in a fresh folder. The lines behind it
/// are its standard output, those with `! ` its standard error, `? N` its exit status (0 when left
/// out). `%%` begins a comment. `[..]` stands for any text within a line, a line `[...]` for any
/// number of lines. `<< FILE` and the lines up to `>>` make a file.
struct Transcript {
  struct Step {
    var command: String
    var output: [String] = []
    var errors: [String] = []
    var status: Int32 = 0
    let line: Int
  }

  private(set) var steps: [Step] = []

  init(_ text: String) {
    var fileName: String?
    var fileLines: [String] = []
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if let name = fileName {
        guard line == ">>" else {
          fileLines.append(line)
          continue
        }
        let marker = "END_OF_FILE"
        let body = fileLines.map { $0 + "\n" }.joined()
        steps.append(
          Step(command: "cat > '\(name)' <<'\(marker)'\n\(body)\(marker)", line: index + 1))
        (fileName, fileLines) = (nil, [])
      } else if line.hasPrefix("%%") {
        continue
      } else if line.hasPrefix("<< ") {
        fileName = String(line.dropFirst(3))
      } else if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), line: index + 1))
      } else if !steps.isEmpty {
        add(line)
      }
    }
  }

  private mutating func add(_ line: String) {
    let last = steps.count - 1
    if line.hasPrefix("! ") {
      steps[last].errors.append(String(line.dropFirst(2)))
    } else if line.hasPrefix("? "), let status = Int32(line.dropFirst(2)) {
      steps[last].status = status
    } else if line == "" && steps[last].output.isEmpty && steps[last].errors.isEmpty {
      return
    } else {
      steps[last].output.append(line)
    }
  }

  /// Whether lines are as expected; empty lines at the end do not count.
  static func matches(_ lines: [String], _ expected: [String]) -> Bool {
    matches(trimmed(lines)[...], trimmed(expected)[...])
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func matches(_ lines: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return lines.isEmpty }
    let rest = expected.dropFirst()
    if first == "[...]" {
      return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], rest) }
    }
    guard let line = lines.first, matches(line, first) else { return false }
    return matches(lines.dropFirst(), rest)
  }

  private static func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "[..]")
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return line == pattern
    }
    guard line.hasPrefix(first), line.dropFirst(first.count).hasSuffix(last) else { return false }
    var rest = line.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
