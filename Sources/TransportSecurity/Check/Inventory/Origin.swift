/// Where a certificate or key was found.
public struct Origin: Sendable, Hashable {
  /// The file, as it was named.
  public let file: String
  /// The line of its PEM, or of the field of a manifest that it stands in, from 1.
  public let line: Int?
  /// The column in characters, from 1.
  public let column: Int?
  /// The object and field of a manifest: `Secret default/web (tls.crt)`; nil for a file of its own.
  public let field: String?
  /// Its number among several of one file or field, from 1; nil for the only one.
  public let entry: Int?

  /// Names a place.
  public init(
    file: String, line: Int? = nil, column: Int? = nil, field: String? = nil, entry: Int? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.field = field
    self.entry = entry
  }

  /// The field and number, for people; empty for a file of its own.
  public var detail: String {
    let number = entry.map { "entry \($0)" }
    return [field, number].compactMap(\.self).joined(separator: ", ")
  }

  /// For people: `pki/ca.crt`, `bundle.pem (entry 2)`.
  public var label: String { detail.isEmpty ? file : "\(file) (\(detail))" }

  func numbered(_ entry: Int?, line: Int? = nil) -> Origin {
    // A column belongs to its line.
    let isSame = line == nil || line == self.line
    return Origin(
      file: file, line: line ?? self.line, column: isSame ? column : nil, field: field,
      entry: entry)
  }
}
