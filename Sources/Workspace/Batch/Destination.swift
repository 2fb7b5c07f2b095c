internal import Platform

/// Where the results of a batch go.
public enum Destination: Sendable, Equatable {
  /// Into the files themselves.
  case inPlace
  /// Into a folder, under the same names.
  case folder(String)
  /// Into one file.
  case file(String)
  /// To standard output, when all went well.
  case standardOutput

  /// The file that an item's result goes to; nil for standard output.
  func path(for item: InputItem) -> String? {
    switch self {
    case .inPlace: item.isStandardInput ? nil : item.path
    case .folder(let folder): PathParts.join(folder, item.relativePath)
    case .file(let path): path
    case .standardOutput: nil
    }
  }
}
