internal import CryptoCore

/// The names of files that are being written: `.NAME.sealwax-XXXXXXXX.tmp`, X of a-z and 0-9.
public enum TemporaryName {
  private static let infix = ".sealwax-"
  private static let suffix = ".tmp"
  private static let randomCount = 8
  /// NAME_MAX of Linux, in bytes.
  private static let maximumNameByteCount = 255
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz012345".utf8)

  /// Whether a file of this name (without folder) is one of ours: never an input.
  public static func matches(_ name: String) -> Bool {
    guard name.utf8.first == UInt8(ascii: ".") else { return false }
    let bytes = Array(name.utf8)
    let tail = infix.utf8.count + randomCount + suffix.utf8.count
    guard bytes.count > tail + 1,
      bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return false }
    let end = bytes.suffix(tail)
    return end.starts(with: infix.utf8)
      && end.dropFirst(infix.utf8.count).prefix(randomCount).allSatisfy(alphabet.contains)
  }

  /// Whether a name is one that was made for `name`.
  public static func isOne(_ temporary: String, of name: String) -> Bool {
    let extra = infix.utf8.count + randomCount + suffix.utf8.count
    let stem = temporary.utf8.dropFirst().dropLast(extra)
    return matches(temporary) && !stem.isEmpty
      && (stem.elementsEqual(name.utf8)
        || (temporary.utf8.count > maximumNameByteCount - 4 && name.utf8.starts(with: stem)))
  }

  /// A new name for what will become `name`, which is cut when the result would be too long.
  public static func make(for name: String) -> String {
    let extra = 1 + infix.utf8.count + randomCount + suffix.utf8.count
    var stem = name[...]
    while stem.utf8.count + extra > maximumNameByteCount { stem.removeLast() }
    let random = RandomBytes.array(count: randomCount).map { alphabet[Int($0 % 32)] }
    return "." + stem + infix + String(decoding: random, as: UTF8.self) + suffix
  }
}
