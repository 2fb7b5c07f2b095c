/// The names of plugins, as found in recipients and identities.
enum PluginName {
  /// The name in `PREFIXname...1data`, in lower case; nil when there is none that a program may
  /// have.
  ///
  /// The name becomes part of a program's: it must not lead out of the search path.
  static func find(in text: String, after prefix: String, before suffix: String) -> String? {
    guard let separator = text.utf8.lastIndex(of: UInt8(ascii: "1")) else { return nil }
    let part = text[..<separator]
    guard part.utf8.count > prefix.utf8.count + suffix.utf8.count, part.hasPrefix(prefix),
      part.hasSuffix(suffix)
    else { return nil }
    let name = part.dropFirst(prefix.count).dropLast(suffix.count).lowercased()
    guard name.utf8.allSatisfy(isAllowed) else { return nil }
    return name
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
