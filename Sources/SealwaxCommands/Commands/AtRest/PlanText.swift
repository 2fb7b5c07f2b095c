internal import EncryptionAtRest
internal import Platform

/// A plan for people.
enum PlanText {
  private static let width = 80

  static func text(_ plan: RotationPlan, _ progress: RotationProgress) -> String {
    var lines: [String] = []
    for step in plan.steps {
      if !lines.isEmpty { lines.append("") }
      lines += wrapped(
        "\(mark(step.status)) \(step.number). \(shown(step.title))", indentation: 7)
      // What is done needs no words.
      guard step.status != .done else { continue }
      for line in step.explanation { lines += wrapped(shown(line), indentation: 7, first: 7) }
      if let file = step.file { lines.append("       file:  \(shown(file))") }
      for command in step.commands { lines.append("       run:   \(shown(command))") }
      for check in step.checks { lines.append("       check: \(shown(check))") }
      guard step.status == .next else { continue }
      for note in progress.notes {
        lines += wrapped("still: " + shown(note), indentation: 14, first: 7)
      }
    }
    if !progress.problems.isEmpty { lines.append("") }
    for problem in progress.problems {
      lines += wrapped("stop: " + shown(problem), indentation: 6)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text that can be copied into a shell: nothing is escaped but what a terminal would obey.
  private static func shown(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if ShowableText.isShowable(scalar), scalar != "\n" {
        result.unicodeScalars.append(scalar)
      } else {
        result += escapedForTerminal(String(scalar))
      }
    }
    return result
  }

  private static func mark(_ status: RotationStep.Status) -> String {
    switch status {
    case .done: "done"
    case .next: " -> "
    case .todo: "    "
    }
  }

  /// A text in lines; the first begins at `first`, the others at `indentation`.
  private static func wrapped(_ text: String, indentation: Int, first: Int = 0) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: first)
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indentation)
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }
}

/// A plan for programs.
enum PlanJSON {
  static func value(_ plan: RotationPlan, _ progress: RotationProgress) -> JSONValue {
    .object([
      ("next", .optional(progress.next?.rawValue)),
      ("notes", strings(progress.notes)),
      ("problems", strings(progress.problems)),
      (
        "steps",
        .array(
          plan.steps.map { step in
            .object([
              ("number", .number(step.number)), ("step", .string(step.kind.rawValue)),
              ("status", .string(step.status.rawValue)), ("title", .string(step.title)),
              ("explanation", strings(step.explanation)), ("file", .optional(step.file)),
              ("commands", strings(step.commands)), ("checks", strings(step.checks)),
            ])
          })
      ),
    ])
  }

  private static func strings(_ texts: [String]) -> JSONValue {
    .array(texts.map { .string($0) })
  }
}
