/// A regular expression of RE2 made ready to be searched for in texts.
///
/// Runs all alternatives side by side, so a search takes the length of the text times the size of the
/// program at most, whatever the expression is.
struct RegexProgram: Sendable {
  private static let maximumCount = 2_000
  /// Nodes visited to build the program: repetitions of nothing add no instruction.
  private static let maximumVisits = 100_000

  private enum Instruction: Sendable {
    case set(ScalarSet)
    case assertion(RegexNode.Assertion)
    case split(Int, Int)
    case jump(Int)
    case match
  }

  private var instructions: [Instruction] = []
  private var visits = 0

  /// The program of an expression; nil when the text is none or its program would be too large.
  init?(_ text: String) {
    guard let node = RegexParser.parse(text), append(node) else { return nil }
    instructions.append(.match)
  }

  private mutating func append(_ node: RegexNode) -> Bool {
    visits += 1
    guard instructions.count < Self.maximumCount, visits < Self.maximumVisits else { return false }
    switch node {
    case .empty: return true
    case .set(let set): instructions.append(.set(set))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let parts): return parts.allSatisfy { append($0) }
    case .choice(let branches): return appendChoice(branches)
    case .repeated(let node, let minimum, let maximum):
      for _ in 0..<minimum { guard append(node) else { return false } }
      guard let maximum else { return appendLoop(node) }
      return appendOptional(node, count: maximum - minimum)
    }
    return true
  }

  private mutating func appendChoice(_ branches: [RegexNode]) -> Bool {
    var jumps: [Int] = []
    for (index, branch) in branches.enumerated() {
      let split = instructions.count
      if index + 1 < branches.count { instructions.append(.split(split + 1, 0)) }
      guard append(branch) else { return false }
      guard index + 1 < branches.count else { break }
      jumps.append(instructions.count)
      instructions.append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
    }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
    return true
  }

  private mutating func appendLoop(_ node: RegexNode) -> Bool {
    let split = instructions.count
    instructions.append(.split(split + 1, 0))
    guard append(node) else { return false }
    instructions.append(.jump(split))
    instructions[split] = .split(split + 1, instructions.count)
    return true
  }

  private mutating func appendOptional(_ node: RegexNode, count: Int) -> Bool {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(instructions.count)
      instructions.append(.split(instructions.count + 1, 0))
      guard append(node) else { return false }
    }
    for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    return true
  }

  /// Whether the expression matches anywhere in a text; what is not UTF-8 counts as U+FFFD.
  func matches(_ text: Span<UInt8>) -> Bool {
    var visited = [Int](repeating: -1, count: instructions.count)
    var current: [Int] = []
    var pending: [Int] = []
    var sets: [Int] = []
    var before: Unicode.Scalar?
    var index = 0
    while true {
      let isAtEnd = index >= text.count
      let (scalar, width) =
        isAtEnd
        ? (nil, 0)
        : UTF8Check.scalar(at: index, in: text).map { ($0.scalar, $0.width) } ?? ("\u{fffd}", 1)
      pending += current
      pending.append(0)
      current.removeAll(keepingCapacity: true)
      sets.removeAll(keepingCapacity: true)
      while let counter = pending.popLast() {
        guard visited[counter] != index else { continue }
        visited[counter] = index
        switch instructions[counter] {
        case .match: return true
        case .jump(let target): pending.append(target)
        case .split(let first, let second): pending += [second, first]
        case .assertion(let assertion):
          if Self.holds(assertion, before, scalar) { pending.append(counter + 1) }
        case .set: sets.append(counter)
        }
      }
      guard let scalar else { return false }
      for counter in sets {
        if case .set(let set) = instructions[counter], set.contains(scalar) {
          current.append(counter + 1)
        }
      }
      before = scalar
      index += width
    }
  }

  /// Whether an assertion holds between two characters; nil is the beginning or end of the text.
  private static func holds(
    _ assertion: RegexNode.Assertion, _ before: Unicode.Scalar?, _ behind: Unicode.Scalar?
  ) -> Bool {
    switch assertion {
    case .textStart: before == nil
    case .textEnd: behind == nil
    case .lineStart: before == nil || before == "\n"
    case .lineEnd: behind == nil || behind == "\n"
    case .boundary: isWord(before) != isWord(behind)
    case .noBoundary: isWord(before) == isWord(behind)
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic)
      || (0x30...0x39).contains(scalar.value)
  }
}
