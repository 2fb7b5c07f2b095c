/// A text with the passwords of the URLs in it taken out: `https://user:***@host`.
///
/// Reports lie in logs, and what they quote is a configuration's own text. What stands in front of the
/// `@` and has no user is taken out whole.
public func withoutPasswords(_ text: String) -> String {
  let bytes = Array(text.utf8)
  guard bytes.contains(UInt8(ascii: "@")) else { return text }
  let mark = Array("://".utf8)
  var shown: [UInt8] = []
  var index = 0
  while index < bytes.count {
    guard bytes[index...].starts(with: mark) else {
      shown.append(bytes[index])
      index += 1
      continue
    }
    shown += mark
    index += mark.count
    let end = bytes[index...].firstIndex { "/?#\"'` \t\r\n".utf8.contains($0) } ?? bytes.count
    guard let at = bytes[index..<end].lastIndex(of: UInt8(ascii: "@")) else { continue }
    if let colon = bytes[index..<at].firstIndex(of: UInt8(ascii: ":")) {
      shown += bytes[index...colon]
    }
    shown += Array("***".utf8)
    index = at
  }
  return String(decoding: shown, as: UTF8.self)
}
