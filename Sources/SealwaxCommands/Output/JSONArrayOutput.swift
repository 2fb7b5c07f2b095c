internal import Findings
internal import Workspace

/// A JSON array on standard output, written element by element.
struct JSONArrayOutput {
  private var isEmpty = true

  /// Writes an element, without secret keys that somebody gave for the name of a file.
  mutating func append(_ value: JSONValue) throws(WorkspaceError) {
    let text = SecretKeyText.redacted(value.text(indentation: 2))
    try Console.print((isEmpty ? "[\n  " : ",\n  ") + text)
    isEmpty = false
  }

  /// Writes the end.
  func close() throws(WorkspaceError) { try Console.print(isEmpty ? "[]\n" : "\n]\n") }
}
