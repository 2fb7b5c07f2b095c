/// A step on the way to a value: a key of a mapping or a place in a list.
public enum SOPSPathStep: Sendable, Equatable, CustomStringConvertible {
  /// A key.
  case key(String)
  /// A place, from 0; comments do not count.
  case index(Int)

  /// Whether both lead to the same place; keys are compared by their bytes.
  public static func == (left: SOPSPathStep, right: SOPSPathStep) -> Bool {
    switch (left, right) {
    case (.key(let left), .key(let right)): left.isExactly(right)
    case (.index(let left), .index(let right)): left == right
    default: false
    }
  }

  /// As SOPS writes it, fit for a message: `["name"]` or `[0]`.
  public var description: String {
    switch self {
    case .key(let name): "[\"\(Printable.text(name))\"]"
    case .index(let index): "[\(index)]"
    }
  }
}
