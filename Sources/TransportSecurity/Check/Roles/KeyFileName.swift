/// The names that the key of a certificate's file usually has.
enum KeyFileName {
  /// The paths to look at, the likeliest first.
  static func candidates(for file: String) -> [String] {
    let folder: Substring
    let name: Substring
    if let slash = file.lastIndex(of: "/") {
      folder = file[...slash]
      name = file[file.index(after: slash)...]
    } else {
      folder = ""
      name = file[...]
    }
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
    var names = ["\(stem).key", "\(stem)-key.pem", "\(stem)_key.pem", "\(stem).key.pem"]
    for (part, other) in [("cert", "key"), ("cert", "privkey"), ("fullchain", "privkey")]
    where stem.hasSuffix(part) {
      names.append("\(stem.dropLast(part.count))\(other).pem")
      names.append("\(stem.dropLast(part.count))\(other).key")
    }
    return names.filter { $0 != name }.map { folder + $0 }
  }
}
