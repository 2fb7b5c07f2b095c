internal import Envelope
public import Findings
public import YAMLSource

/// A symmetric key-encryption key as a policy lists it; nothing of it is secret.
public struct ListedKEK: Sendable {
  /// What may be done with it.
  public enum State: String, Sendable {
    /// Data keys are wrapped under it.
    case current
    /// Another one takes its place: files may still lie under it, until they have moved.
    case replaced
    /// Nothing may lie under it any more.
    case retired
  }

  /// Its public id, as envelopes have it: the algorithm, `:` and 16 hexadecimal digits.
  public let id: String
  /// A name for people.
  public let name: String?
  /// Its file, as rules name it.
  public let file: String?
  /// The day on which it was made.
  public let created: CalendarDate
  /// The id of the key that takes its place.
  public let replacement: String?
  /// The day from which on nothing may lie under it.
  public let retired: CalendarDate?
  /// Where the entry begins.
  public let position: SourcePosition

  /// What may be done with it.
  public var state: State {
    retired != nil ? .retired : replacement != nil ? .replaced : .current
  }

  /// For messages: the name with the id, or the id.
  public var label: String { name.map { "\($0) (\(id))" } ?? id }

  /// Whether a text is the id of a key-encryption key.
  static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && CipherName(rawValue: String(parts[0])) != nil
      && parts[1].utf8.count == 16
      && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension Policy {
  /// This policy and those around it, the nearest first.
  var withAround: [Policy] { [self] + around }

  /// The outermost of them: what must not be let pass on the word of whoever can write into a folder is
  /// asked of this one.
  var outermost: Policy { around.last ?? self }

  /// What is said of a key-encryption key here and in the policies around: the strictest entry.
  public func kek(_ id: String) -> (policy: Policy, entry: ListedKEK)? {
    let found = withAround.flatMap { policy in
      policy.keks.filter { $0.id == id }.map { (policy: policy, entry: $0) }
    }
    return found.first { $0.entry.state == .retired }
      ?? found.first { $0.entry.state == .replaced } ?? found.first
  }

  /// When a key-encryption key was made: the earliest day that is said; nil when none is.
  func kekCreated(_ id: String) -> CalendarDate? {
    withAround.flatMap(\.keks).filter { $0.id == id }.map(\.created).min()
  }

  /// Whether one of these takes the place of a key-encryption key, be it step by step.
  func isReplaced(_ id: String, byOneOf wanted: Set<String>) -> Bool {
    var seen: Set<String> = []
    var next = id
    while let replacement = kek(next)?.entry.replacement, seen.insert(next).inserted {
      if wanted.contains(replacement) { return true }
      next = replacement
    }
    return false
  }
}
