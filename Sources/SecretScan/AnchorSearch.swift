/// Words without which nothing is found.
enum Anchor: Sendable {
  case secret, generator, privateKey, agePrivateKey, sealwaxKey, putty
  case encryptionConfiguration, kubeconfig, appliedObject, envelope
  /// A word in Base64, which stands at this place of the four characters of a group.
  case base64(Int)
}

/// Finds any of the anchors in one pass over the bytes.
///
/// Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), with blocks of two bytes:
/// most bytes are never looked at, and nothing is allocated.
struct AnchorSearch: Sendable {
  private struct Pattern: Sendable {
    let anchor: Anchor
    let bytes: [UInt8]
    /// Whether upper and lower case are the same; `bytes` are lower case then.
    let isFolded: Bool
  }

  /// An anchor and where it begins.
  struct Match {
    let anchor: Anchor
    let offset: Int
  }

  /// The same for all texts.
  static let shared = AnchorSearch()

  private static let window = 6
  private static let patterns: [Pattern] = {
    var patterns: [Pattern] = []
    func add(_ anchor: Anchor, _ text: StaticString, isFolded: Bool = false) {
      patterns.append(
        Pattern(anchor: anchor, bytes: Array(text.description.utf8), isFolded: isFolded))
    }
    add(.generator, "secretGenerator")
    add(.secret, "secret", isFolded: true)
    add(.privateKey, "PRIVATE KEY")
    add(.agePrivateKey, "age-secret-key-", isFolded: true)
    add(.sealwaxKey, "sealwax-kek-", isFolded: true)
    add(.sealwaxKey, "sealwax-signing-key-", isFolded: true)
    add(.putty, "PuTTY-User-Key-File-")
    add(.encryptionConfiguration, "EncryptionConfig")
    add(.kubeconfig, "client-key-data")
    add(.kubeconfig, "current-context")
    add(.kubeconfig, "contexts")
    add(.envelope, "sealwax.dev/envelope")
    add(.appliedObject, "rio.cattle.io/applied")
    // "Secret", "apiVersion", "PRIVATE KEY" and "AGE-SECRET" in Base64, in its three alignments.
    for (place, texts) in zip(
      [0, 2, 3],
      [
        ["U2VjcmV0", "YXBpVmVyc2lvb", "UFJJVkFURSBLRV", "QUdFLVNFQ1JFV"],
        ["NlY3Jld", "FwaVZlcnNpb2", "BSSVZBVEUgS0VZ", "FHRS1TRUNSRV"],
        ["TZWNyZX", "hcGlWZXJzaW9u", "QUklWQVRFIEtFW", "BR0UtU0VDUkVU"],
      ] as [[StaticString]])
    {
      for text in texts { add(.base64(place), text) }
    }
    return patterns
  }()

  /// How far the window can move when these two bytes end it.
  private let shifts: [UInt8]
  /// The patterns of which the window's worth ends with these two bytes.
  private let candidates: [[Pattern]]
  private let buckets: [UInt8]

  private init() {
    var shifts = [UInt8](repeating: UInt8(Self.window - 1), count: 4096)
    var buckets = [UInt8](repeating: 0, count: 4096)
    var candidates: [[Pattern]] = []
    for pattern in Self.patterns {
      for end in 1..<Self.window {
        let hash = Self.hash(pattern.bytes[end - 1], pattern.bytes[end])
        shifts[hash] = min(shifts[hash], UInt8(Self.window - 1 - end))
        guard end == Self.window - 1 else { continue }
        if let index = candidates.indices.first(where: { Int(buckets[hash]) == $0 + 1 }) {
          candidates[index].append(pattern)
        } else {
          candidates.append([pattern])
          buckets[hash] = UInt8(candidates.count)
        }
      }
    }
    self.shifts = shifts
    self.candidates = candidates
    self.buckets = buckets
  }

  /// Blind to case.
  private static func hash(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first | 0x20) << 4 ^ Int(second | 0x20)
  }

  /// The next anchor.
  ///
  /// - Parameter place: Where to go on; 0 in the beginning.
  func next(in bytes: Span<UInt8>, from place: inout Int) -> Match? {
    var last = place + Self.window - 1
    let shifts = shifts.span
    while last < bytes.count {
      let hash = Self.hash(bytes[last - 1], bytes[last])
      let shift = Int(shifts[hash])
      guard shift == 0 else {
        last += shift
        continue
      }
      let start = last - Self.window + 1
      for pattern in candidates[Int(buckets[hash]) - 1] where Self.isThere(pattern, bytes, start) {
        place = start + 1
        return Match(anchor: pattern.anchor, offset: start)
      }
      last += 1
    }
    place = bytes.count
    return nil
  }

  private static func isThere(_ pattern: Pattern, _ bytes: Span<UInt8>, _ start: Int) -> Bool {
    guard bytes.count - start >= pattern.bytes.count else { return false }
    let fold: UInt8 = pattern.isFolded ? 0x20 : 0
    for index in pattern.bytes.indices where bytes[start + index] | fold != pattern.bytes[index] {
      return false
    }
    return true
  }
}
