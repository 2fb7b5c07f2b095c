internal import CryptoCore

extension SOPSFile {
  /// Whether a text may be an encrypted file: a quick look at its bytes, before anything is parsed.
  ///
  /// It says yes to all that SOPS writes, and to some that is no such file, which `read` tells.
  public static func mayBe(_ text: Span<UInt8>) -> Bool {
    hasMetadataName(text) && text.contains(text: "ENC[AES256_GCM,")
  }

  /// Whether the key of the metadata is in a text.
  ///
  /// Of four letters in a row every fourth byte of a text is one: others need not be looked at.
  private static func hasMetadataName(_ text: Span<UInt8>) -> Bool {
    var index = 3
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "s"):
        if isMetadataName(text, at: index) || isMetadataName(text, at: index - 3) { return true }
      case UInt8(ascii: "o"): if isMetadataName(text, at: index - 1) { return true }
      case UInt8(ascii: "p"): if isMetadataName(text, at: index - 2) { return true }
      default: break
      }
      index += 4
    }
    return false
  }

  private static func isMetadataName(_ text: Span<UInt8>, at start: Int) -> Bool {
    guard text.count - start > 4, text[start] == UInt8(ascii: "s"),
      text[start + 1] == UInt8(ascii: "o"), text[start + 2] == UInt8(ascii: "p"),
      text[start + 3] == UInt8(ascii: "s")
    else { return false }
    switch text[start + 4] {
    case UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "_"),
      UInt8(ascii: "]"), 0x20:
      break
    default: return false
    }
    guard start > 0 else { return true }
    switch text[start - 1] {
    case 0x0a, 0x0d, 0x09, 0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"),
      UInt8(ascii: ","), UInt8(ascii: "["):
      return true
    default: return false
    }
  }
}

extension SOPSStore {
  /// The store for a text of unknown name: what its metadata look like.
  public init(guessing text: Span<UInt8>) {
    var index = 0
    while index < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[index]) { index += 1 }
    if index < text.count, text[index] == UInt8(ascii: "{") {
      self = .json
      return
    }
    var start = 0
    while start < text.count {
      let line = text.extracting(start...)
      if line.starts(with: "[sops]") {
        self = .ini
        return
      }
      if line.starts(with: "sops_mac=") {
        self = .dotenv
        return
      }
      while start < text.count, text[start] != 0x0a { start += 1 }
      start += 1
    }
    self = .yaml
  }
}
