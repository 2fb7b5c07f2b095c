internal import Platform

/// A manifest to be worked on.
public struct InputItem: Sendable {
  /// Its path, as it is to be opened and shown; `-` for standard input.
  public let path: String
  /// Its path within what was named: where it goes in an output folder.
  public let relativePath: String
  /// Whether it was named itself, and not found in a folder or by a pattern.
  ///
  /// A named file has to be a manifest; one that was found may be something else.
  public let isNamed: Bool

  /// Whether its path is another one, by its bytes.
  func isAt(_ path: String) -> Bool { PathKey(path) == PathKey(self.path) }

  /// Makes an item.
  public init(path: String, relativePath: String, isNamed: Bool) {
    self.path = path
    self.relativePath = relativePath
    self.isNamed = isNamed
  }

  /// Whether it is standard input.
  public var isStandardInput: Bool { path == "-" }
}
