/// What a component is set to, and by what.
public struct Setting: Sendable {
  /// What sets it.
  public enum Source: Sendable, Hashable {
    /// A flag of the command line.
    case flag(String, Place)
    /// A field of a configuration file.
    case field(String, Place)
    /// An environment variable.
    case variable(String, Place)
    /// A distribution's own choice, which stands in no file: the distribution, and the flag.
    case builtIn(String, String)
    /// Nothing: the component's default, in words.
    case defaultValue(String)
  }

  /// The value; empty where nothing is set and the default is none.
  public let value: String
  /// What sets it.
  public let source: Source

  /// Makes one.
  public init(_ value: String, _ source: Source) {
    self.value = value
    self.source = source
  }

  /// Whether it has a value at all.
  public var isSet: Bool { !value.isEmpty }

  /// Whether it is a default.
  public var isDefault: Bool { if case .defaultValue = source { true } else { false } }

  /// The truth value.
  public var bool: Bool? { Flags.bool(value) }

  /// The elements of a list.
  public var elements: [String] { Flags.elements(of: value) }

  /// Where it stands; nil for what stands in no file.
  public var place: Place? {
    switch source {
    case .flag(_, let place), .field(_, let place), .variable(_, let place): place
    case .builtIn, .defaultValue: nil
    }
  }

  /// What sets it, for people: "--client-ca-file", "authentication.anonymous.enabled".
  public var name: String {
    switch source {
    case .flag(let name, _): "--\(name)"
    case .field(let name, _), .variable(let name, _): name
    case .builtIn(let distribution, let name): "\(distribution)'s --\(name)"
    case .defaultValue(let name): name
    }
  }
}
