/// The kinds of files that SOPS encrypts, each in its own way.
public enum SOPSStore: String, Sendable, CaseIterable {
  /// YAML, any number of documents.
  case yaml
  /// JSON with an object at the top.
  case json
  /// Lines of `NAME=value`.
  case dotenv
  /// Sections of `name = value`.
  case ini
  /// Any bytes, as one value in a JSON file.
  case binary

  /// The store for a file of this name, as SOPS chooses it: by the ending, else binary.
  public init(path: String) {
    let endings: [(String, SOPSStore)] = [
      (".yaml", .yaml), (".yml", .yaml), (".json", .json), (".env", .dotenv), (".ini", .ini),
    ]
    let bytes = path.utf8
    self = endings.first { bytes.suffix($0.0.utf8.count).elementsEqual($0.0.utf8) }?.1 ?? .binary
  }
  /// What a file's metadata are called in it, for people.
  public var metadataName: String {
    switch self {
    case .yaml, .json, .binary: "the key 'sops'"
    case .dotenv: "the lines sops_..."
    case .ini: "the section [sops]"
    }
  }
}
