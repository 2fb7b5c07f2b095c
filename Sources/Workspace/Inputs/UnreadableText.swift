internal import Manifest

/// What cannot be read as a manifest, and what that may come from.
enum UnreadableText {
  /// What to do, when there are traces of a merge that was not finished or of a template.
  static func hint(in source: Span<UInt8>) -> String? {
    if ConflictMarkers.first(in: source) != nil {
      return "git's conflict markers are still in it: choose the lines to keep and take the "
        + "markers out, then 'sealwax reseal' seals what was merged"
    }
    for index in source.indices.dropLast() where source[index] == UInt8(ascii: "{") {
      if source[index + 1] == UInt8(ascii: "{") || source[index + 1] == UInt8(ascii: "%") {
        return "it looks like a template (Helm, Jinja): seal the manifest that comes out of it"
      }
    }
    return nil
  }
}

extension WorkspaceError {
  /// The same with a hint, when the text tells why it cannot be read and it has none yet.
  func explained(by source: Span<UInt8>) -> WorkspaceError {
    guard mayBeOfTemplate, let hint = UnreadableText.hint(in: source) else { return self }
    var error = hinting(hint)
    error.mayBeOfTemplate = false
    return error
  }
}
