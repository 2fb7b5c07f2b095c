/// The published keys of Examples and Tests: everybody has them, so they protect nothing.
public enum DemoKeys {
  /// The public texts, as an envelope names them, of the keys in `Keys/demo`.
  static let publicTexts: Set<String> = []

  /// Whether a recipient is one of them.
  public static func contains(_ text: String) -> Bool { publicTexts.contains(text) }

  /// Whether a file may be sealed for them: it lies in a folder `Examples` or `Tests`.
  public static func areFine(for path: String) -> Bool {
    path.split(separator: "/").dropLast().contains { $0 == "Examples" || $0 == "Tests" }
  }
}
