/// A place in a file of a control plane.
public struct Place: Sendable, Hashable {
  /// What the file is called; as the caller named it, not escaped.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column in characters, from 1.
  public let column: Int

  /// Names a place.
  public init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// "kube-apiserver.yaml:16:7".
  public var label: String { "\(file):\(line):\(column)" }
}

/// A text and where it stands.
public struct PlacedText: Sendable, Hashable {
  /// The text.
  public let text: String
  /// Where it begins.
  public let place: Place

  /// Makes one.
  public init(_ text: String, at place: Place) {
    self.text = text
    self.place = place
  }
}
