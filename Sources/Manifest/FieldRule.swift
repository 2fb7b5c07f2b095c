/// Which fields of the objects of a kind are sealed, as a policy says it.
public struct FieldRule: Sendable, Hashable {
  /// The API version, for instance `helm.toolkit.fluxcd.io/v2`; `*` stands for any characters.
  public let apiVersion: String
  /// The kind, for instance `HelmRelease`.
  public let kind: String
  /// Which fields.
  public let patterns: [FieldPattern]

  /// Makes a rule.
  public init(apiVersion: String, kind: String, patterns: [FieldPattern]) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.patterns = patterns
  }

  /// Whether the API version is one of these.
  public func names(apiVersion: String) -> Bool {
    FieldMatcher.matches(Array(self.apiVersion.utf8), Array(apiVersion.utf8))
  }
}

/// Which objects beside Secrets are units, and which of their fields are sealed.
///
/// An object with an envelope is one in any case: its envelope names the fields.
public struct FieldChoice: Sendable {
  /// For objects without an envelope, by their kind.
  public var rules: [FieldRule]
  /// For single objects, by their number in the text: these count before all else.
  package var places: [Int: [FieldPattern]] = [:]

  /// Secrets alone.
  public static let none = FieldChoice(rules: [])

  /// Makes a choice by kind.
  public init(rules: [FieldRule]) { self.rules = rules }

  /// The same fields of the same objects, whether they have an envelope or not.
  package init(of units: [SecretUnit]) {
    rules = []
    for unit in units where !unit.isSecret { places[unit.number] = unit.fields }
  }

  /// The patterns for a kind, in order, each once; empty when it is not named.
  public func patterns(apiVersion: String, kind: String) -> [FieldPattern] {
    FieldPattern.sorted(
      rules.filter { $0.kind == kind && $0.names(apiVersion: apiVersion) }.flatMap(\.patterns))
  }

  /// The rule that an object is of, by any of the things that it says of itself.
  func rule(for header: ObjectHeader) -> FieldRule? {
    rules.first {
      header.kinds.contains($0.kind)
        && (header.apiVersions.contains(where: $0.names) || header.apiVersions.isEmpty)
    }
  }

  /// Whether an object is of none of the rules only for how it says what it is.
  ///
  /// Kubernetes does not take it, and passing it over would leave its fields readable.
  func isUnclear(_ header: ObjectHeader) -> Bool {
    guard rule(for: header) == nil else { return false }
    return rules.contains { rule in
      !header.kinds.contains(rule.kind) && header.isOf(kind: rule.kind.lowercased())
        && (header.apiVersions.contains(where: rule.names) || header.apiVersions.isEmpty)
    }
  }
}
