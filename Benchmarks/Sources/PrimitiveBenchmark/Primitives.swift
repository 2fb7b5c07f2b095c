import CryptoCore
import Synchronization

/// The operations that sealing and opening are made of, each as the program calls it.
struct Primitives {
  private let arena: SecretArena
  private let value = [UInt8](repeating: 0x61, count: 64)
  private let context = [UInt8](repeating: 0x62, count: 96)

  init() throws { arena = try SecretArena(slotCount: 64) }

  /// Names and nanoseconds: the mean of several threads that measure at the same time.
  ///
  /// Alone a core may be faster than when all work: by its clock, or because two share their units.
  static func measure(workers: Int) -> [(name: String, time: Double)] {
    let results = Mutex<[[(name: String, time: Double)]]>([])
    Workers.run(workers) {
      guard let times = try? Primitives().measure() else { return }
      results.withLock { $0.append(times) }
    }
    let all = results.withLock { $0 }
    guard let first = all.first, all.count == workers else { return [] }
    return first.indices.map { index in
      (first[index].name, all.reduce(0) { $0 + $1[index].time } / Double(workers))
    }
  }

  /// Names and nanoseconds.
  private func measure() throws -> [(name: String, time: Double)] {
    try curves() + derivations() + ciphers() + codes()
  }

  private func curves() throws -> [(name: String, time: Double)] {
    let mine = try X25519.PrivateKey.random()
    let other = try X25519.PrivateKey.random()
    let peer = other.publicKey
    return [
      ("x25519-base", try nanoseconds { _ = try X25519.PrivateKey.random(in: arena) }),
      (
        "x25519-shared",
        try nanoseconds {
          _ = try X25519.sharedSecret(private: mine, public: peer, in: arena)
        }
      ),
    ]
  }

  private func derivations() throws -> [(name: String, time: Double)] {
    let secret = try SecretBytes.random(count: 32)
    let key = try HKDFSHA256.extract(secret: secret.bytes, salt: context.span)
    return [
      (
        "hkdf-extract",
        try nanoseconds {
          _ = try HKDFSHA256.extract(secret: secret.bytes, salt: value.span, in: arena)
        }
      ),
      (
        "hkdf-expand",
        try nanoseconds {
          _ = try HKDFSHA256.expand(key, info: context.span, as: AES256GCM.self, in: arena)
        }
      ),
    ]
  }

  private func ciphers() throws -> [(name: String, time: Double)] {
    var results: [(name: String, time: Double)] = []
    var output = WipedBuffer(capacity: 256)
    var gcm = try AES256GCMCipher()
    let gcmKey = try SymmetricKey<AES256GCM>.random()
    let nonce = AES256GCM.Nonce.random()
    // A new key for each value, as the sealed format has it.
    let seal = try nanoseconds {
      output.removeAll()
      try gcm.seal(
        value.span, key: gcmKey, nonce: .random(), authenticating: context.span,
        appendingTo: &output)
    }
    results.append(("aes-gcm-seal-64", seal))
    var sealed = WipedBuffer()
    try gcm.seal(
      value.span, key: gcmKey, nonce: nonce, authenticating: context.span, appendingTo: &sealed)
    let open = try nanoseconds {
      output.removeAll()
      try gcm.open(
        sealed.bytes, key: gcmKey, nonce: nonce, authenticating: context.span,
        appendingTo: &output)
    }
    results.append(("aes-gcm-open-64", open))
    let boxKey = try SymmetricKey<SecretBox>.random()
    let box = try nanoseconds {
      output.removeAll()
      try SecretBox.seal(value.span, key: boxKey, nonce: .random(), appendingTo: &output)
    }
    results.append(("secretbox-seal-64", box))
    var boxed = WipedBuffer()
    let boxNonce = SecretBox.Nonce.random()
    try SecretBox.seal(value.span, key: boxKey, nonce: boxNonce, appendingTo: &boxed)
    let unbox = try nanoseconds {
      output.removeAll()
      try SecretBox.open(boxed.bytes, key: boxKey, nonce: boxNonce, appendingTo: &output)
    }
    results.append(("secretbox-open-64", unbox))
    return try results + longNonces() + chunks()
  }

  /// What SOPS has: one key for all values of a file.
  private func longNonces() throws -> [(name: String, time: Double)] {
    var cipher = AES256GCMLongNonceCipher()
    let key = try SymmetricKey<AES256GCMLongNonce>.random()
    let nonce = AES256GCMLongNonce.Nonce.random()
    var sealed = WipedBuffer()
    let path = context.span.extracting(..<24)
    try cipher.seal(
      value.span, key: key, nonce: nonce, authenticating: path, appendingTo: &sealed)
    var output = WipedBuffer(capacity: 256)
    let open = try nanoseconds {
      output.removeAll()
      try cipher.open(
        sealed.bytes, key: key, nonce: nonce, authenticating: path, appendingTo: &output)
    }
    return [("aes-gcm-open-64-nonce-32", open)]
  }

  private func chunks() throws -> [(name: String, time: Double)] {
    var cipher = try ChaCha20Poly1305Cipher()
    let key = try SymmetricKey<ChaCha20Poly1305>.random()
    var output = WipedBuffer(capacity: 256)
    let small = try nanoseconds {
      output.removeAll()
      try cipher.seal(
        value.span.extracting(0..<32), key: key, nonce: .init(), authenticating: Span(),
        appendingTo: &output)
    }
    try cipher.setKey(key)
    let chunk = [UInt8](repeating: 0x63, count: 65_536)
    var room = [UInt8](repeating: 0, count: 65_552)
    let large = try nanoseconds {
      var span = room.mutableSpan
      try cipher.sealChunk(chunk.span, nonce: .init(), into: &span)
    }
    return [("chacha20-poly1305-seal-32", small), ("chacha20-poly1305-chunk-64k", large)]
  }

  private func codes() throws -> [(name: String, time: Double)] {
    let key = try SymmetricKey<HMACSHA256>.random()
    let message = [UInt8](repeating: 0x64, count: 1024)
    let hmac = nanoseconds { _ = HMACSHA256.authenticate(message.span, key: key) }
    let digest = nanoseconds { _ = SHA256.hash(message.span.extracting(..<256)) }
    let long = nanoseconds { _ = SHA512.hash(message.span.extracting(..<256)) }
    return [("hmac-sha256-1k", hmac), ("sha256-256", digest), ("sha512-256", long)]
  }
}
