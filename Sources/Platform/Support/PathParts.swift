internal import CryptoCore

/// A path cut into the folder and the name in it, by text alone.
package struct PathParts {
  /// `.` for a bare name.
  package let folder: String
  /// Empty for `/`; never holds a slash.
  package let name: String

  package init(_ path: String) {
    let bytes = path.utf8.span
    var end = bytes.count
    while end > 1, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
    var start = end
    while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
    name = String(copying: bytes.extracting(start..<end))
    switch start {
    case 0: folder = "."
    case 1: folder = "/"
    default: folder = String(copying: bytes.extracting(..<(start - 1)))
    }
  }

  /// The name in a path that is written as `folder`, a slash and a name; nil for every other, also
  /// where it leads to the same place.
  package static func name(of path: String, in folder: String) -> String? {
    guard isName(path, in: folder) else { return nil }
    return String(copying: path.utf8.span.extracting((folder.utf8.count + 1)...))
  }

  /// Whether a path is written as `folder`, a slash and a name.
  package static func isName(_ path: String, in folder: String) -> Bool {
    let (bytes, start) = (path.utf8.span, folder.utf8.span)
    let slash = UInt8(ascii: "/")
    return bytes.count > start.count + 1 && bytes[start.count] == slash
      && bytes.extracting(..<start.count).isSame(as: start)
      && bytes.firstIndex(of: slash, from: start.count + 1) == nil
  }

  /// `name` in `folder`.
  package static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || folder == "." { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }
}
