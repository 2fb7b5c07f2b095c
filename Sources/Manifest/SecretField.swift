/// The mappings of a Secret that hold values.
public enum SecretField: String, Sendable, CaseIterable {
  /// `data`: the values in Base64.
  case data
  /// `stringData`: the values as texts, which win over those in `data`.
  case stringData
}

/// The names that Kubernetes takes for a Secret's values.
public enum SecretKey {
  /// In bytes.
  private static let maximumByteCount = 253

  /// Whether Kubernetes takes a name: letters, digits, `-`, `_` and `.`, at most 253 of them, and
  /// neither `.` nor anything that begins with `..`.
  public static func isValid(_ key: String) -> Bool {
    !key.isEmpty && key.utf8.count <= maximumByteCount && key != "." && !key.hasPrefix("..")
      && key.utf8.allSatisfy(isAllowed)
  }

  /// A valid name as a key in YAML: plain, or in double quotes when YAML would not read a text.
  static func yaml(_ key: String) -> String {
    let first = key.utf8.first ?? 0x2e
    let isWord = isLetter(first) || first == UInt8(ascii: "_")
    let isHidden = first == UInt8(ascii: ".") && key.utf8.dropFirst().first.map(isLetter) == true
    let isPlain = (isWord || isHidden) && ImplicitType.isText(Array(key.utf8).span)
    return isPlain ? key : "\"\(key)\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: isLetter(byte)
    }
  }
}
