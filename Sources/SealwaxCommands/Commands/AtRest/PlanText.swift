internal import EncryptionAtRest
internal import Findings

/// A plan for people.
enum PlanText {
  static func text(_ plan: RotationPlan, _ progress: RotationProgress) -> String {
    var lines: [String] = []
    for step in plan.steps {
      if !lines.isEmpty { lines.append("") }
      let title = FindingsText.wrapped(
        "\(step.number). \(FindingsText.shown(step.title))", first: 5, others: 7)
      lines.append("\(mark(step.status)) " + (title.first ?? "").dropFirst(5))
      lines += title.dropFirst()
      // What is done needs no words.
      guard step.status != .done else { continue }
      for line in step.explanation {
        lines += FindingsText.wrapped(FindingsText.shown(line), first: 7, others: 7)
      }
      if let file = step.file { lines.append("       file:  \(FindingsText.shown(file))") }
      for command in step.commands { lines.append("       run:   \(FindingsText.shown(command))") }
      for check in step.checks { lines.append("       check: \(FindingsText.shown(check))") }
      guard step.status == .next else { continue }
      for note in progress.notes {
        lines += FindingsText.wrapped("still: " + FindingsText.shown(note), first: 7, others: 14)
      }
    }
    if !progress.problems.isEmpty { lines.append("") }
    for problem in progress.problems {
      lines += FindingsText.wrapped("stop: " + FindingsText.shown(problem), first: 0, others: 6)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mark(_ status: RotationStep.Status) -> String {
    switch status {
    case .done: "done"
    case .next: " -> "
    case .todo: "    "
    }
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
