/// One JSON object written piece by piece, as `JSONValue` would write it whole: for lists that are
/// too long to be held.
///
/// Fields and items come in the order of the calls; a list is closed before the next field.
public struct JSONStream: Sendable {
  private var hasField = false
  private var hasItem = false

  /// An object without fields.
  public init() {}

  private mutating func name(_ name: String) -> String {
    defer { hasField = true }
    return (hasField ? ",\n  " : "{\n  ") + JSONValue.string(name).text() + ": "
  }

  /// A field with a value.
  public mutating func field(_ name: String, _ value: JSONValue) -> String {
    self.name(name) + value.text(indentation: 2)
  }

  /// The beginning of a field that is a list.
  public mutating func openList(_ name: String) -> String {
    hasItem = false
    return self.name(name) + "["
  }

  /// An item of the list.
  public mutating func item(_ value: JSONValue) -> String {
    defer { hasItem = true }
    return (hasItem ? "," : "") + "\n    " + value.text(indentation: 4)
  }

  /// The end of the list.
  public func closeList() -> String { hasItem ? "\n  ]" : "]" }

  /// The end of the object.
  public func end() -> String { hasField ? "\n}" : "{}" }
}
