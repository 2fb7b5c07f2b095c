/// Whether what cannot be read as a manifest may be a template for one.
enum TemplateTraces {
  /// What to do with a template, when there are traces of one.
  static func hint(in source: Span<UInt8>) -> String? {
    for index in source.indices.dropLast() where source[index] == UInt8(ascii: "{") {
      if source[index + 1] == UInt8(ascii: "{") || source[index + 1] == UInt8(ascii: "%") {
        return "it looks like a template (Helm, Jinja): seal the manifest that comes out of it"
      }
    }
    return nil
  }
}
