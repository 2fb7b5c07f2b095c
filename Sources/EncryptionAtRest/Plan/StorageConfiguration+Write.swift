public import CryptoCore

extension StorageConfiguration {
  /// The file's text, with the keys in it.
  public func text() -> WipedBuffer {
    var text = WipedBuffer(capacity: 1024)
    text.append(
      utf8: """
        # Whoever has this file can read what it encrypts: mode 0600, and never in git as it is.
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:

        """)
    for entry in entries {
      text.append(utf8: "  - resources:\n")
      for resource in entry.resources { text.append(utf8: "      - \(Self.scalar(resource))\n") }
      text.append(utf8: "    providers:\n")
      for provider in entry.providers { Self.append(provider, to: &text) }
    }
    return text
  }

  private static func append(_ provider: Provider, to text: inout WipedBuffer) {
    switch provider {
    case .identity: text.append(utf8: "      - identity: {}\n")
    case .keyed(let kind, let keys):
      text.append(utf8: "      - \(kind.rawValue):\n          keys:\n")
      for key in keys {
        text.append(utf8: "            - name: \(scalar(key.name))\n              secret: ")
        append(key.secret, to: &text)
        text.append(0x0a)
      }
    case .kms(let kms):
      text.append(utf8: "      - kms:\n          apiVersion: \(scalar(kms.apiVersion))\n")
      text.append(utf8: "          name: \(scalar(kms.name))\n")
      text.append(utf8: "          endpoint: \(scalar(kms.endpoint))\n")
      if let timeout = kms.timeout { text.append(utf8: "          timeout: \(scalar(timeout))\n") }
      if let size = kms.cacheSize { text.append(utf8: "          cachesize: \(size)\n") }
    }
  }

  private static func append(_ secret: KeySecret, to text: inout WipedBuffer) {
    append(secret.bytes, to: &text)
  }

  private static func append(_ secret: borrowing SecretBytes, to text: inout WipedBuffer) {
    Base64.encode(secret.bytes, appendingTo: &text)
  }

  /// A text that YAML 1.1 reads as this text.
  static func scalar(_ text: String) -> String {
    let words: Set<String> = [
      "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
    ]
    let isPlain =
      text.utf8.first.map { isLetter($0) } ?? false
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_./".utf8.contains($0) }
      && !words.contains(text.lowercased())
    if isPlain { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case " "..."~": quoted.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
