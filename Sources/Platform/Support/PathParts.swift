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

  /// `name` in `folder`.
  package static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || folder == "." { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }
}
