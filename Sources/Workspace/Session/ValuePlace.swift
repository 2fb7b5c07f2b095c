public import SOPSFormat

/// Where a value stands: an entry of a Secret, or a place in a SOPS file of any kind.
public enum ValuePlace: Sendable {
  /// An entry of a Secret.
  case entry(EntryPath)
  /// The keys and places on the way.
  case steps([SOPSPathStep])

  /// Understands a text: `data.KEY` and `stringData.KEY` of Secrets, and in SOPS files also
  /// `a.b.0`, or `["a"]["b"][0]` as SOPS has it.
  ///
  /// - Parameters:
  ///   - sops: the file, if it is one of SOPS.
  ///   - hasSecrets: whether there are Secrets in it.
  /// - Throws: `.usage` when it is no path.
  init(
    _ text: String, in sops: SOPSFile?, hasSecrets: Bool
  ) throws(WorkspaceError) {
    guard let sops else {
      self = .entry(try EntryPath(text))
      return
    }
    if hasSecrets, let entry = try? EntryPath(text), entry.field != nil {
      self = .entry(entry)
      return
    }
    if text.hasPrefix("[") {
      self = .steps(try ValuePlace.bracketed(text))
      return
    }
    let count =
      switch sops.store {
      case .dotenv, .binary: 0
      case .ini: 1
      case .yaml, .json: Int.max
      }
    let parts = text.split(separator: ".", maxSplits: count, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty }) else { throw ValuePlace.malformed }
    self = .steps(sops.path(ofKeys: parts.map { String($0) }))
  }

  private static let malformed = WorkspaceError(
    .usage, "a place in a SOPS file is written a.b.0, or [\"a\"][\"b\"][0]",
    hints: ["quote it from the shell"])

  /// `["a"][0]`: keys in quotes, where a backslash keeps the next character, and places in lists.
  private static func bracketed(_ text: String) throws(WorkspaceError) -> [SOPSPathStep] {
    var steps: [SOPSPathStep] = []
    var rest = text.unicodeScalars[...]
    while let open = rest.popFirst() {
      guard open == "[", let first = rest.first else { throw malformed }
      var name = ""
      if first == "\"" || first == "'" {
        rest.removeFirst()
        while let scalar = rest.popFirst(), scalar != first {
          guard scalar == "\\" else {
            name.unicodeScalars.append(scalar)
            continue
          }
          guard let kept = rest.popFirst() else { throw malformed }
          name.unicodeScalars.append(kept)
        }
        steps.append(.key(name))
      } else {
        while let scalar = rest.first, scalar != "]" {
          name.unicodeScalars.append(scalar)
          rest.removeFirst()
        }
        guard let index = Int(name), index >= 0 else { throw malformed }
        steps.append(.index(index))
      }
      guard rest.popFirst() == "]" else { throw malformed }
    }
    return steps
  }

  /// The steps as a text: `a.b.0`.
  static func text(of steps: [SOPSPathStep]) -> String {
    steps.map { step in
      switch step {
      case .key(let name): name
      case .index(let index): String(index)
      }
    }.joined(separator: ".")
  }

  /// The steps as a text that stands for them alone: `a.b.0`, or `["a.b"][0]` where keys have dots.
  static func text(of steps: [SOPSPathStep], in sops: SOPSFile) -> String {
    let dotted = text(of: steps)
    if let place = try? ValuePlace(dotted, in: sops, hasSecrets: false),
      case .steps(let read) = place, read == steps
    {
      return dotted
    }
    return steps.map { step in
      switch step {
      case .key(let name): "[\"\(escaped(name))\"]"
      case .index(let index): "[\(index)]"
      }
    }.joined()
  }

  private static func escaped(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
