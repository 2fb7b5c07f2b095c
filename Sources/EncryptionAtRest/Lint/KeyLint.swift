internal import CryptoCore
internal import Findings
internal import YAMLSource

/// What is bad about the keys of a configuration.
struct KeyLint {
  struct Found {
    let rule: Rule
    let message: String
    let position: SourcePosition
  }

  private struct Place {
    let kind: StoredValue.Provider
    let key: DecodedConfiguration.Key
    var name: String { key.name.value }
  }

  /// Findings never hold a byte of a key, and its name only.
  static func findings(in configuration: DecodedConfiguration) -> [Found] {
    let places = configuration.entries.flatMap(\.providers).flatMap { provider in
      provider.keyed.flatMap { list in list.keys.keys.map { Place(kind: list.kind, key: $0) } }
    }
    var found: [Found] = []
    for (index, place) in places.enumerated() {
      found += ofBytes(place)
      found += ofName(place)
      let earlier = places[..<index]
      found += compared(place, with: earlier)
    }
    return found
  }

  private static func ofBytes(_ place: Place) -> [Found] {
    guard case .bytes(let count, let secret?) = place.key.secret else { return [] }
    let position = place.key.secretPosition
    let label = "the key '\(place.name)'"
    var found: [Found] = []
    if count < 32, place.kind != .secretbox {
      found.append(
        Found(
          rule: AtRestRules.shortKey, message: "\(label) has \(count) bytes", position: position))
    }
    if !place.key.hasUsualForm {
      found.append(
        Found(
          rule: AtRestRules.oddBase64,
          message: "the Base64 of \(label) has line breaks, or bits behind its last byte",
          position: position))
    }
    if isSample(secret) {
      found.append(
        Found(
          rule: AtRestRules.sampleKey, message: "\(label) is one of the documentation's examples",
          position: position))
    } else if let weakness = weakness(of: secret) {
      found.append(
        Found(rule: AtRestRules.weakKey, message: "\(label) \(weakness)", position: position))
    }
    return found
  }

  private static func ofName(_ place: Place) -> [Found] {
    let isOdd = place.name.unicodeScalars.contains { scalar in
      !scalar.isASCII || scalar == ":" || scalar == " " || scalar.value < 0x21
        || scalar.value == 0x7f
    }
    guard isOdd || place.name.utf8.count > 253 else { return [] }
    return [
      Found(
        rule: AtRestRules.oddName,
        message: isOdd
          ? "a key's name with a colon, a space or another unusual character"
          : "a key's name of \(place.name.utf8.count) bytes", position: place.key.name.position)
    ]
  }

  private static func compared(_ place: Place, with earlier: ArraySlice<Place>) -> [Found] {
    guard case .bytes(_, let secret?) = place.key.secret else { return [] }
    var found: [Found] = []
    for other in earlier {
      guard case .bytes(_, let otherSecret?) = other.key.secret else { continue }
      let isSame = secret == otherSecret
      if other.kind == place.kind, other.name == place.name, !isSame {
        found.append(
          Found(
            rule: AtRestRules.repeatedName,
            message: "another \(place.kind.rawValue) key is called '\(place.name)' (line "
              + "\(other.key.name.position.line))", position: place.key.name.position))
      } else if isSame, other.name != place.name {
        found.append(
          Found(
            rule: AtRestRules.repeatedKey,
            message: "'\(place.name)' has the bytes of '\(other.name)' (line "
              + "\(other.key.name.position.line))", position: place.key.secretPosition))
      }
    }
    return found
  }

  // MARK: Bytes

  /// The keys that kubernetes.io has shown.
  private static let samples = [
    "secret is secure", "this is password", "abcdefghijklmnopqrstuvwxyz123456",
    "\u{627}\u{641}\u{62a}\u{62d} \u{64a}\u{627} \u{633}\u{645}\u{633}\u{645}",
    "0123456789abcdef0123456789abcdef",
  ].map { Array($0.utf8) }

  private static func isSample(_ secret: KeySecret) -> Bool {
    secret.withBytes { bytes in
      samples.contains { ConstantTime.equal(bytes, $0.span) }
    }
  }

  /// Why a key is none; nil for what may be random.
  private static func weakness(of secret: KeySecret) -> String? {
    secret.withBytes { bytes in
      var seen = InlineArray<256, Bool>(repeating: false)
      var distinct = 0
      var isText = true
      for index in bytes.indices {
        let byte = bytes[index]
        if !seen[Int(byte)] { distinct += 1 }
        seen[Int(byte)] = true
        if byte < 0x20 || byte > 0x7e { isText = false }
      }
      if distinct == 1 { return "is one byte again and again" }
      if isText { return "is a text, not random bytes" }
      // 16 random bytes have 13 different ones and more but once in 100 million.
      if distinct * 2 < bytes.count { return "has \(distinct) different bytes only" }
      return period(of: bytes).map { "repeats itself after \($0) bytes" }
    }
  }

  private static func period(of bytes: Span<UInt8>) -> Int? {
    for period in 1...max(1, bytes.count / 2) {
      var isPeriod = true
      for index in period..<bytes.count where bytes[index] != bytes[index - period] {
        isPeriod = false
        break
      }
      if isPeriod { return period }
    }
    return nil
  }
}

extension KeySecret {
  /// Lends the bytes.
  func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { Self.lend(bytes, body) }

  private static func lend<Result>(
    _ secret: borrowing SecretBytes, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    body(secret.bytes)
  }
}
