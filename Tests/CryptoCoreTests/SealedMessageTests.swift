import CryptoCore
import Testing

/// A cipher as the tests see it: one call to seal, one to open, with bytes for everything.
private struct Sealer: Sendable, CustomStringConvertible {
  let description: String
  let nonceCount: Int
  let hasData: Bool
  let seal: @Sendable ([UInt8], Message, inout WipedBuffer) throws(CryptoError) -> Void
  let open: @Sendable ([UInt8], Message, inout WipedBuffer) throws(CryptoError) -> Void

  struct Message {
    var key: [UInt8]
    var nonce: [UInt8]
    var data: [UInt8]
  }

  static let all: [Sealer] = [
    Sealer(
      description: "AES-256-GCM", nonceCount: 12, hasData: true,
      seal: { bytes, message, output throws(CryptoError) in
        var cipher = try AES256GCMCipher()
        try cipher.seal(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: AES256GCM.Nonce(copying: message.nonce.span), authenticating: message.data.span,
          appendingTo: &output)
      },
      open: { bytes, message, output throws(CryptoError) in
        var cipher = try AES256GCMCipher()
        try cipher.open(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: AES256GCM.Nonce(copying: message.nonce.span), authenticating: message.data.span,
          appendingTo: &output)
      }),
    Sealer(
      description: "ChaCha20-Poly1305", nonceCount: 12, hasData: true,
      seal: { bytes, message, output throws(CryptoError) in
        var cipher = try ChaCha20Poly1305Cipher()
        try cipher.seal(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: ChaCha20Poly1305.Nonce(copying: message.nonce.span),
          authenticating: message.data.span, appendingTo: &output)
      },
      open: { bytes, message, output throws(CryptoError) in
        var cipher = try ChaCha20Poly1305Cipher()
        try cipher.open(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: ChaCha20Poly1305.Nonce(copying: message.nonce.span),
          authenticating: message.data.span, appendingTo: &output)
      }),
    Sealer(
      description: "secretbox", nonceCount: 24, hasData: false,
      seal: { bytes, message, output throws(CryptoError) in
        try SecretBox.seal(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: SecretBox.Nonce(copying: message.nonce.span), appendingTo: &output)
      },
      open: { bytes, message, output throws(CryptoError) in
        try SecretBox.open(
          bytes.span, key: SymmetricKey(copying: message.key.span),
          nonce: SecretBox.Nonce(copying: message.nonce.span), appendingTo: &output)
      }),
  ]

  func message(_ numbers: inout Numbers) -> Message {
    Message(
      key: numbers.bytes(32), nonce: numbers.bytes(nonceCount),
      data: hasData ? numbers.bytes(20) : [])
  }

  /// The error of opening; the buffer must be as before then.
  func refusal(_ sealed: [UInt8], _ message: Message) -> CryptoError.Code? {
    var output = WipedBuffer(copying: [7].span)
    output.reserve(sealed.count + 64)
    let code = failure { () throws(CryptoError) in try open(sealed, message, &output) }
    if code != nil {
      #expect(copy(output.bytes) == [7])
      // Nothing of the plaintext is left behind the end either.
      output.appendUnsafe(upTo: sealed.count + 64) { room in
        #expect(room.allSatisfy { $0 == 0 })
        return 0
      }
    }
    return code
  }
}

@Suite struct SealedMessageTests {
  /// Every bit of a sealed message, its key, nonce and data; every shorter and some longer ones.
  @Test(arguments: Sealer.all.indices)
  func refusesEveryAlteration(index: Int) throws {
    let sealer = Sealer.all[index]
    var numbers = Numbers(state: UInt64(index))
    let plaintext = numbers.bytes(21)
    let message = sealer.message(&numbers)
    var output = WipedBuffer()
    try sealer.seal(plaintext, message, &output)
    let sealed = copy(output.bytes)
    #expect(sealed.count == 37)
    #expect(sealer.refusal(sealed, message) == nil)
    for bit in 0..<(sealed.count * 8) {
      #expect(sealer.refusal(flip(sealed, bit), message) == .authenticationFailed)
    }
    for bit in 0..<256 {
      var other = message
      other.key = flip(message.key, bit)
      #expect(sealer.refusal(sealed, other) == .authenticationFailed)
    }
    for bit in 0..<(sealer.nonceCount * 8) {
      var other = message
      other.nonce = flip(message.nonce, bit)
      #expect(sealer.refusal(sealed, other) == .authenticationFailed)
    }
    for bit in 0..<(message.data.count * 8) {
      var other = message
      other.data = flip(message.data, bit)
      #expect(sealer.refusal(sealed, other) == .authenticationFailed)
    }
    if sealer.hasData {
      for data in [[], Array(message.data.dropLast()), message.data + [0]] {
        var other = message
        other.data = data
        #expect(sealer.refusal(sealed, other) == .authenticationFailed)
      }
    }
    for count in 0..<sealed.count {
      let code: CryptoError.Code = count < 16 ? .invalidLength : .authenticationFailed
      #expect(sealer.refusal(Array(sealed.prefix(count)), message) == code)
      #expect(sealer.refusal(Array(sealed.suffix(count)), message) == code)
    }
    #expect(sealer.refusal(sealed + [0], message) == .authenticationFailed)
    #expect(sealer.refusal([0] + sealed, message) == .authenticationFailed)
  }

  private func flip(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
    var bytes = bytes
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    return bytes
  }

  /// Lengths around blocks, and one of many; each opens again, and no two are sealed alike.
  @Test(arguments: Sealer.all.indices)
  func sealsAllLengths(index: Int) throws {
    let sealer = Sealer.all[index]
    var numbers = Numbers(state: 99)
    var seen: Set<[UInt8]> = []
    for count in Array(0...130) + [4095, 4096, 4097, 20_000_001] {
      let message = sealer.message(&numbers)
      let plaintext = count > 10_000 ? [UInt8](repeating: 0x61, count: count) : numbers.bytes(count)
      var sealed = WipedBuffer()
      try sealer.seal(plaintext, message, &sealed)
      #expect(sealed.count == count + 16)
      let sealedBytes = Array(copying: sealed.bytes)
      #expect(seen.insert(sealedBytes).inserted)
      var opened = WipedBuffer(copying: [7].span)
      try sealer.open(sealedBytes, message, &opened)
      #expect(opened.count == count + 1)
      #expect(Array(copying: opened.bytes.extracting(1...)) == plaintext)
    }
  }

  /// A context that failed, or did something else before, works as a new one does.
  @Test func reusesContexts() throws {
    let key = try SymmetricKey<ChaCha20Poly1305>.random()
    let other = try SymmetricKey<ChaCha20Poly1305>.random()
    var cipher = try ChaCha20Poly1305Cipher()
    var sealed = WipedBuffer()
    let nonce = ChaCha20Poly1305.Nonce.random()
    let plaintext = Array("a chunk of a file".utf8)
    try cipher.seal(
      plaintext.span, key: key, nonce: nonce, authenticating: Span(), appendingTo: &sealed)
    for round in 0..<10 {
      var output = WipedBuffer()
      let wrong = failure { () throws(CryptoError) in
        try cipher.open(
          sealed.bytes, key: other, nonce: nonce, authenticating: Span(), appendingTo: &output)
      }
      #expect(wrong == .authenticationFailed && output.isEmpty)
      try cipher.setKey(key)
      var room = [UInt8](repeating: 0xff, count: plaintext.count)
      var span = room.mutableSpan
      try cipher.openChunk(sealed.bytes, nonce: nonce, into: &span)
      #expect(room == plaintext)
      var chunk = [UInt8](repeating: 0xff, count: plaintext.count + 16)
      var chunkSpan = chunk.mutableSpan
      try cipher.sealChunk(plaintext.span, nonce: nonce, into: &chunkSpan)
      #expect(chunk == copy(sealed.bytes), "round \(round)")
      chunk[round] ^= 1
      var target = room.mutableSpan
      let altered = failure { () throws(CryptoError) in
        try cipher.openChunk(chunk.span, nonce: nonce, into: &target)
      }
      #expect(altered == .authenticationFailed)
      #expect(room == [UInt8](repeating: 0, count: plaintext.count))
      var short = room.mutableSpan
      let misfit = failure { () throws(CryptoError) in
        try cipher.sealChunk(plaintext.span, nonce: nonce, into: &short)
      }
      #expect(misfit == .invalidLength)
    }
  }

  /// Not a test of the generator, but of its being asked anew each time.
  @Test func drawsNewNonces() {
    let count = 10_000
    #expect(Set((0..<count).map { _ in AES256GCM.Nonce.random() }).count == count)
    #expect(Set((0..<count).map { _ in SecretBox.Nonce.random() }).count == count)
    #expect(Set((0..<count).map { _ in ChaCha20Poly1305.Nonce.random() }).count == count)
    #expect(Set((0..<count).map { _ in RandomBytes.array(count: 16) }).count == count)
    #expect(RandomBytes.array(count: 0) == [])
    // Each byte of a long run of them takes every value.
    #expect(Set(RandomBytes.array(count: 10_000)).count == 256)
  }

  @Test(arguments: [0, 1, 11, 13, 15, 17, 23, 25, 31, 33, 64])
  func refusesWrongLengths(count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    let codes: [(String, CryptoError.Code?)] = [
      (
        "GCM key",
        failure { () throws(CryptoError) in
          try SymmetricKey<AES256GCM>(copying: bytes.span)
        }
      ),
      (
        "secretbox key",
        failure { () throws(CryptoError) in
          try SymmetricKey<SecretBox>(copying: bytes.span)
        }
      ),
      ("GCM nonce", failure { () throws(CryptoError) in try AES256GCM.Nonce(copying: bytes.span) }),
      (
        "ChaCha nonce",
        failure { () throws(CryptoError) in
          try ChaCha20Poly1305.Nonce(copying: bytes.span)
        }
      ),
      (
        "secretbox nonce",
        failure { () throws(CryptoError) in
          try SecretBox.Nonce(copying: bytes.span)
        }
      ),
      (
        "vector",
        failure { () throws(CryptoError) in
          try AES256CBC.InitializationVector(copying: bytes.span)
        }
      ),
      (
        "counter",
        failure { () throws(CryptoError) in
          try AES256CTR.InitialCounter(copying: bytes.span)
        }
      ),
      ("MAC", failure { () throws(CryptoError) in try HMACSHA256.Tag(copying: bytes.span) }),
      (
        "X25519 public",
        failure { () throws(CryptoError) in
          try X25519.PublicKey(copying: bytes.span)
        }
      ),
      (
        "X25519 private",
        failure { () throws(CryptoError) in
          try X25519.PrivateKey(copying: bytes.span)
        }
      ),
      (
        "Ed25519 seed",
        failure { () throws(CryptoError) in
          try Ed25519.SigningKey(seed: bytes.span)
        }
      ),
      (
        "Ed25519 public",
        failure { () throws(CryptoError) in
          try Ed25519.VerifyingKey(copying: bytes.span)
        }
      ),
    ]
    for (name, code) in codes { #expect(code == .invalidLength, "\(name)") }
    let signature = failure { () throws(CryptoError) in try Ed25519.Signature(copying: bytes.span) }
    #expect((signature == nil) == (count == 64))
  }
}
