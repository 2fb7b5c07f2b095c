/// Which kind of key-encryption key a recipient is.
public enum RecipientKind: String, Sendable {
  /// An age recipient: X25519, hybrid post-quantum, SSH, plugin or passphrase.
  case age
  /// A symmetric key-encryption key.
  case kek
  /// A key of another format's file; never in an envelope.
  case other
}

/// Whom a unit is sealed for, as its envelope says it.
public struct RecipientDescription: Sendable, Hashable {
  /// The kind of recipient.
  public let kind: RecipientKind
  /// The recipient's public text: `age1...`, `ssh-ed25519:AAAA...`, `aes-256-gcm:0123456789abcdef`.
  public let text: String
  /// A name for people, or nil.
  public let name: String?

  /// Makes a description.
  ///
  /// A name that the format does not allow (section 5) is left out, since it carries no meaning.
  public init(kind: RecipientKind, text: String, name: String?) {
    self.kind = kind
    self.text = text
    self.name = name.flatMap { RecipientDescription.isName($0) ? $0 : nil }
  }

  /// What tells recipients apart: kind and text.
  public var key: String { "\(kind.rawValue) \(text)" }

  /// Whether it is an age passphrase, of which any number may have the same text.
  var isPassphrase: Bool { kind == .age && text == "scrypt" }

  /// For messages: the name, or the beginning of the text.
  public var label: String {
    if let name { return name }
    return text.utf8.count > 32 ? "\(text.prefix(29))..." : text
  }

  /// The label with the beginning of the text, for recipients that somebody else named.
  var labelWithKey: String {
    guard let name else { return label }
    return "\(name) (\(text.utf8.count > 20 ? "\(text.prefix(17))..." : text))"
  }

  /// Whether the envelope's grammar takes the text for a recipient's.
  static func isText(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  /// Whether the envelope's grammar takes the text for a name.
  public static func isName(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count), text != "-" else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

/// A `to` line of the envelope: a recipient and the DEK wrapped for it.
public struct RecipientLine: Sendable, Hashable {
  /// Whom it is for.
  public let recipient: RecipientDescription
  /// The wrapped DEK: public bytes, in the form that the recipient's kind lays down.
  public let wrap: [UInt8]

  /// Appends the line as it stands in the envelope.
  func append(to text: inout [UInt8]) {
    for field in ["to", recipient.kind.rawValue, recipient.text, recipient.name ?? "-"] {
      text += field.utf8
      text.append(0x20)
    }
    text += PublicBase64.encode(wrap).utf8
  }
}
