internal import Manifest

/// What the text of one value is, as far as a repository is concerned.
enum EntryValue {
  /// Nothing.
  case empty
  /// A token of sealwax.
  case sealed
  /// Encrypted by another program: SOPS, Ansible Vault, age.
  case encrypted
  /// The value comes from elsewhere: a template, a variable, a reference.
  case placeholder
  /// Readable.
  case plaintext

  /// Judges a decoded value.
  ///
  /// - Parameter isText: Whether it stands in a script or a documentation, where more is no value.
  init(_ bytes: Span<UInt8>, isText: Bool = false) {
    var (lower, upper) = (0, bytes.count)
    func isSpace(_ byte: UInt8) -> Bool { byte.isBlank || byte.isLineBreak }
    while lower < upper, isSpace(bytes[lower]) { lower += 1 }
    while upper > lower, isSpace(bytes[upper - 1]) { upper -= 1 }
    let value = bytes.extracting(lower..<upper)
    if value.isEmpty {
      self = .empty
    } else if TokenScanner.isToken(value) {
      self = .sealed
    } else if Self.isEncrypted(value) {
      self = .encrypted
    } else if Self.isPlaceholder(value) || (isText && Self.isFiller(value)) {
      self = .placeholder
    } else {
      self = .plaintext
    }
  }

  private static func isEncrypted(_ value: Span<UInt8>) -> Bool {
    (value.has("ENC[", at: 0) && value[value.count - 1] == UInt8(ascii: "]"))
      || value.has("$ANSIBLE_VAULT;", at: 0)
      || value.has("-----BEGIN AGE ENCRYPTED FILE-----", at: 0)
  }

  /// `{{ .Values.x }}`, `${X}`, `$(X)`, `<path:x#y>`, `ref+vault://x`: the whole of it.
  private static func isPlaceholder(_ value: Span<UInt8>) -> Bool {
    if value.has("{{", at: 0) { return isTemplate(value) }
    if value.has("${", at: 0) {
      // A default behind a colon or a dash is a value.
      return isOneName(value, from: 2, end: UInt8(ascii: "}"))
    }
    if value.has("$(", at: 0) { return isOneName(value, from: 2, end: UInt8(ascii: ")")) }
    if value.has("<", at: 0), value.count > 2, value[value.count - 1] == UInt8(ascii: ">") {
      for index in 1..<value.count - 1
      where value[index] == UInt8(ascii: "<") || value[index].isLineBreak {
        return false
      }
      return true
    }
    return value.has("ref+", at: 0) || value.has("vault:", at: 0) || value.has("secretref+", at: 0)
  }

  private static func isOneName(_ value: Span<UInt8>, from start: Int, end: UInt8) -> Bool {
    guard value.count > start + 1, value[value.count - 1] == end else { return false }
    for index in start..<value.count - 1 {
      let byte = value[index]
      guard byte.isWord || byte == UInt8(ascii: ".") else { return false }
      if byte == UInt8(ascii: "-") { return false }
    }
    return true
  }

  /// Whether there is nothing but actions of a template, of which none has the value in it: a text
  /// in quotes that begins an action, or stands behind `default`.
  private static func isTemplate(_ value: Span<UInt8>) -> Bool {
    var index = 0
    var isInside = false
    var isFirst = false
    while index < value.count {
      if !isInside {
        if value.has("{{", at: index) {
          isInside = true
          isFirst = true
          index += 2
          continue
        }
        // Quotes around an action are the manifest's.
        guard
          value[index].isBlank || value[index].isLineBreak || value[index] == 0x22
            || value[index] == 0x27
        else { return false }
        index += 1
        continue
      }
      if value.has("}}", at: index) {
        isInside = false
        index += 2
        continue
      }
      let byte = value[index]
      if byte == 0x22 || byte == 0x27 || byte == 0x60 {
        var end = index + 1
        while end < value.count, value[end] != byte { end += value[end] == 0x5c ? 2 : 1 }
        let isEmpty = end == index + 1
        if !isEmpty, isFirst || follows("default", value, index) { return false }
        isFirst = false
        index = end + 1
        continue
      }
      if !byte.isBlank, byte != UInt8(ascii: "-"), byte != UInt8(ascii: "(") { isFirst = false }
      if byte == UInt8(ascii: "(") { isFirst = isFirst || follows("default", value, index) }
      index += 1
    }
    return !isInside
  }

  /// Whether a word stands in front of an offset, but for blanks.
  private static func follows(_ word: StaticString, _ value: Span<UInt8>, _ offset: Int) -> Bool {
    var end = offset
    while end > 0, value[end - 1].isBlank { end -= 1 }
    return value.has(word, at: end - word.utf8CodeUnitCount)
  }

  private static let fillers = [
    "redacted", "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me",
    "todo", "placeholder", "data+omitted",
  ]

  /// What people write in the place of a value.
  private static func isFiller(_ value: Span<UInt8>) -> Bool {
    if value.has("$(", at: 0), value[value.count - 1] == UInt8(ascii: ")") { return true }
    if value[0] == UInt8(ascii: "$"), value.count > 1 {
      for index in 1..<value.count where !value[index].isWord { return false }
      return true
    }
    if value.has("...", at: 0) || value.has("%", at: 0) || value.has("`", at: 0) { return true }
    var isSame = true
    for index in value.indices where value[index] != value[0] { isSame = false }
    let isCross = value[0] | 0x20 == UInt8(ascii: "x") || value[0] == UInt8(ascii: "*")
    if isSame, isCross, value.count >= 3 { return true }
    guard value.count < 64 else { return false }
    let lower = value.text.lowercased()
    return fillers.contains(lower) || lower.hasPrefix("your-") || lower.hasPrefix("your_")
      || lower.hasSuffix("...")
  }
}
