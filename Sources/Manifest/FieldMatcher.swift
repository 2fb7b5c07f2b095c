/// How far patterns have come on the way to a node.
struct FieldMatcher {
  private struct State: Hashable {
    let pattern: Int
    let component: Int
  }

  private let patterns: [FieldPattern]
  private let states: [State]
  private let globByteCount: Int

  init(_ patterns: [FieldPattern]) {
    self.init(patterns, patterns.indices.map { State(pattern: $0, component: 0) })
  }

  private init(_ patterns: [FieldPattern], _ states: [State]) {
    self.patterns = patterns
    self.states = states
    globByteCount = patterns.reduce(0) { $0 + $1.globByteCount }
  }

  /// Whether nothing below can be named.
  var isEmpty: Bool { states.isEmpty }

  /// Whether a pattern ends here.
  var isMatch: Bool { states.contains { $0.component == patterns[$0.pattern].components.count } }

  /// What a step with a key of so many bytes takes at most, in comparisons.
  func cost(ofKey byteCount: Int) -> Int {
    states.count * 64 + globByteCount * byteCount
  }

  /// How far they come with a key.
  func step(key: [UInt8]) -> FieldMatcher {
    step { component in
      switch component {
      case .name(let name): name == key
      case .glob(let glob): Self.matches(glob, key)
      case .element, .index, .deep: false
      }
    }
  }

  /// How far they come with an element of a sequence.
  func step(element index: Int) -> FieldMatcher { step { $0 == .element || $0 == .index(index) } }

  private func step(_ matches: (FieldPattern.Component) -> Bool) -> FieldMatcher {
    var next: Set<State> = []
    for state in states {
      let components = patterns[state.pattern].components
      var index = state.component
      // `**` stands for nothing as well.
      while index < components.count {
        if components[index] == .deep {
          next.insert(State(pattern: state.pattern, component: index))
          index += 1
          continue
        }
        if matches(components[index]) {
          next.insert(State(pattern: state.pattern, component: index + 1))
        }
        break
      }
    }
    return FieldMatcher(patterns, Array(next))
  }

  /// Whether a glob, in which `*` stands for any bytes, is all of a key.
  static func matches(_ glob: [UInt8], _ key: [UInt8]) -> Bool {
    let star = UInt8(ascii: "*")
    var (place, index) = (0, 0)
    var lastStar: Int?
    var resume = 0
    while index < key.count {
      if place < glob.count, glob[place] == star {
        lastStar = place
        resume = index
        place += 1
      } else if place < glob.count, glob[place] == key[index] {
        place += 1
        index += 1
      } else if let lastStar {
        place = lastStar + 1
        resume += 1
        index = resume
      } else {
        return false
      }
    }
    return glob[place...].allSatisfy { $0 == star }
  }
}
