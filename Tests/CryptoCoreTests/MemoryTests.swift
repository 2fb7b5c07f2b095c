import CryptoCore
import Foundation
import Testing

/// One after the other: a search copies memory, and another one would find what it copied.
@Suite(.serialized) struct MemoryTests {
  /// Whatever is done with a buffer, what it does not hold any more is nowhere in memory.
  ///
  /// The secret comes byte by byte from its inverse, so that only the buffer ever has it in a row.
  @Test func wipesBuffers() throws {
    let inverted = MemoryScan.invertedMarker(count: 24)
    let scan = MemoryScan(inverted: inverted)
    defer { scan.free() }
    #expect(try scan.count() == 0)
    var buffer = WipedBuffer()
    append(inverted, to: &buffer)
    #expect(try scan.count() == 1)
    // Growing moves it many times.
    for _ in 0..<12 { buffer.append(repeating: 0, count: max(buffer.count, 1)) }
    #expect(try scan.count() == 1)
    let copied = WipedBuffer(copying: buffer.bytes)
    #expect(try scan.count() == 2)
    buffer.truncate(to: 5)
    #expect(try scan.count() == 1)
    #expect(buffer.count == 5 && copied.count > 100)
    _ = consume copied
    #expect(try scan.count() == 0)
    append(inverted, to: &buffer)
    buffer.removeAll()
    #expect(try scan.count() == 0 && buffer.isEmpty)
    // A closure that fails has written for nothing.
    let code = failure { () throws(CryptoError) in
      try buffer.append(count: 24) { (room: inout MutableSpan<UInt8>) throws(CryptoError) in
        for index in inverted.indices { room[index] = ~inverted[index] }
        _ = try AES256GCM.Nonce(copying: [1].span)
      }
    }
    #expect(code == .invalidLength && buffer.isEmpty)
    #expect(try scan.count() == 0)
  }

  private func append(_ inverted: [UInt8], to buffer: inout WipedBuffer) {
    for byte in inverted { buffer.append(~byte) }
  }

  /// Keys, by themselves and through everything that takes them.
  @Test func wipesKeys() throws {
    let inverted = MemoryScan.invertedMarker(count: 32)
    let scan = MemoryScan(inverted: inverted)
    defer { scan.free() }
    let arena = try SecretArena(slotCount: 2)
    for useArena in [false, true] {
      do {
        var secret = try SecretBytes(zeroed: 32, in: useArena ? arena : nil)
        var span = secret.mutableBytes
        for index in inverted.indices { span[index] = ~inverted[index] }
        #expect(try scan.count() == 1)
        let key = try SymmetricKey<HMACSHA256>(secret)
        let stream = HMACSHA256.Stream(key: key)
        _ = HMACSHA256.authenticate([1].span, key: key)
        _ = stream.finalize()
        let derived = try HKDFSHA256.derive(
          secret: key.bytes, salt: key.bytes, info: [1].span, as: AES256GCM.self)
        var cipher = try AES256GCMCipher()
        var output = WipedBuffer()
        let sameBytes = try SymmetricKey<AES256GCM>(copying: key.bytes)
        try cipher.seal(
          [1].span, key: sameBytes, nonce: .random(), authenticating: derived.bytes,
          appendingTo: &output)
        let scalar = try X25519.PrivateKey(copying: key.bytes)
        _ = try X25519.sharedSecret(private: scalar, public: scalar.publicKey)
        let signing = try Ed25519.SigningKey(seed: key.bytes)
        _ = signing.sign([1].span)
      }
      #expect(try scan.count() == 0, "arena: \(useArena)")
    }
    #expect(arena.freeSlotCount == 2)
  }

  /// Behind the end of a secret, before it, and after its life there is no memory to read.
  @Test func guardsSecrets() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      signal(SIGSEGV, SIG_DFL)
      let secret = try SecretBytes(zeroed: 64)
      let value = secret.bytes.withUnsafeBufferPointer { $0.baseAddress?[$0.count] }
      exit(value == nil ? 1 : 0)
    }
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      signal(SIGSEGV, SIG_DFL)
      let secret = try SecretBytes(zeroed: 64)
      let value = secret.bytes.withUnsafeBufferPointer { $0.baseAddress?[-4096] }
      exit(value == nil ? 1 : 0)
    }
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      signal(SIGSEGV, SIG_DFL)
      var secret: SecretBytes? = try SecretBytes(zeroed: 64)
      let start = secret?.bytes.withUnsafeBufferPointer { $0.baseAddress }
      secret = nil
      exit(start?[0] == nil ? 1 : 0)
    }
    // Written before its start, it ends the process when it is freed.
    await #expect(processExitsWith: .failure) {
      signal(SIGSEGV, SIG_DFL)
      signal(SIGABRT, SIG_DFL)
      var secret: SecretBytes? = try SecretBytes(zeroed: 40)
      secret?.bytes.withUnsafeBufferPointer { buffer in
        UnsafeMutablePointer(mutating: buffer.baseAddress)?[-1] ^= 0xff
      }
      secret = nil
      exit(0)
    }
  }

  /// The pages of keys are locked (VmLck) and left out of core dumps (`dd` in smaps).
  @Test func locksSecrets() throws {
    try #require(SecretMemory.isLockable)
    let secret = try SecretBytes.random(count: 1000)
    let address = secret.bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    var isInside = false
    var flags: [Substring] = []
    try MemoryScan.forEachLine(of: "/proc/self/smaps") { line in
      let first = line.split(separator: " ").first ?? ""
      let bounds = first.split(separator: "-").compactMap { UInt($0, radix: 16) }
      if bounds.count == 2 { isInside = (bounds[0]..<bounds[1]).contains(address) }
      if isInside, line.hasPrefix("VmFlags:") { flags = line.split(separator: " ") }
    }
    #expect(flags.contains("lo") && flags.contains("dd"), "\(flags)")
    #expect(secret.count == 1000)
  }

  @Test func comparesSecrets() throws {
    let secret = try SecretBytes.random(count: 33)
    let same = try SecretBytes(copying: secret.bytes)
    var other = try SecretBytes(copying: secret.bytes)
    var span = other.mutableBytes
    span[32] ^= 0x80
    let shorter = try SecretBytes(copying: secret.bytes.extracting(0..<32))
    let isSame = secret.isEqual(to: same)
    let isOther = secret.isEqual(to: other)
    let isShorter = secret.isEqual(to: shorter)
    #expect(isSame && !isOther && !isShorter)
    let none = try SecretBytes(zeroed: 0)
    #expect(none.count == 0 && none.bytes.isEmpty)
  }

  /// Random work on a buffer, against the same on an array.
  @Test func buffersLikeArrays() {
    var numbers = Numbers(state: 1)
    var array: [UInt8] = []
    var buffer = WipedBuffer()
    for _ in 0..<2000 {
      let count = Int.random(in: 0...300, using: &numbers)
      switch Int.random(in: 0..<8, using: &numbers) {
      case 0:
        array.removeLast(max(array.count - count, 0))
        buffer.truncate(to: count)
      case 1:
        array += [UInt8](repeating: 9, count: count)
        buffer.append(repeating: 9, count: count)
      case 2:
        array += Array("größe".utf8) + Array("text".utf8) + [1]
        buffer.append(utf8: "größe")
        buffer.append("text" as StaticString)
        buffer.append(1)
      case 3:
        buffer.reserve(count * 10)
      case 4:
        let some = numbers.bytes(count)
        array += some
        buffer.append(some)
      default:
        let some = numbers.bytes(count)
        array += some.prefix(count / 2)
        let written = buffer.appendUnsafe(upTo: count) { room in
          #expect(room.allSatisfy { $0 == 0 })
          room.copyBytes(from: some)
          return count / 2
        }
        #expect(written == count / 2)
      }
      #expect(Array(copying: buffer.bytes) == array)
    }
    #expect(buffer.count == array.count)
  }
}

@Suite struct ArenaTests {
  static let limits: [(slots: Int, code: CryptoError.Code?)] = [
    (-1, .limitExceeded), (0, .limitExceeded), (1, nil), (65_536, nil), (65_537, .limitExceeded),
  ]

  @Test(arguments: limits.indices)
  func hasLimits(row: Int) {
    let code = failure { () throws(CryptoError) in
      _ = try SecretArena(slotCount: ArenaTests.limits[row].slots)
    }
    #expect(code == ArenaTests.limits[row].code)
  }

  /// A full arena costs a region, not correctness; slots come back zeroed and to whoever is next.
  @Test func fallsBackWhenFull() throws {
    let arena = try SecretArena(slotCount: 2)
    do {
      let first = try SecretBytes(copying: [UInt8](repeating: 1, count: 64).span, in: arena)
      let large = try SecretBytes(copying: [UInt8](repeating: 2, count: 65).span, in: arena)
      #expect(arena.freeSlotCount == 1)
      let second = try SecretBytes(copying: [UInt8](repeating: 3, count: 10).span, in: arena)
      let third = try SecretBytes(copying: [UInt8](repeating: 4, count: 64).span, in: arena)
      #expect(arena.freeSlotCount == 0)
      #expect(copy(first.bytes) == [UInt8](repeating: 1, count: 64))
      #expect(copy(large.bytes) == [UInt8](repeating: 2, count: 65))
      #expect(copy(second.bytes) == [UInt8](repeating: 3, count: 10))
      #expect(copy(third.bytes) == [UInt8](repeating: 4, count: 64))
    }
    #expect(arena.freeSlotCount == 2)
    for _ in 0..<3 {
      let zeroed = try SecretBytes(zeroed: 64, in: arena)
      #expect(copy(zeroed.bytes) == [UInt8](repeating: 0, count: 64))
    }
  }

  /// The arena lives as long as its last secret.
  @Test func outlivesItsCreator() throws {
    func make() throws -> SecretBytes {
      let arena = try SecretArena(slotCount: 1)
      return try SecretBytes(copying: [1, 2, 3].span, in: arena)
    }
    let secret = try make()
    #expect(copy(secret.bytes) == [1, 2, 3])
  }

  /// Many threads take, fill and give back slots; none ever sees another's.
  @Test func isSharedByThreads() throws {
    let arena = try SecretArena(slotCount: 5)
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for round in 0..<300 {
        let byte = UInt8(worker * 31 + round & 7) | 1
        guard let secret = try? SecretBytes(zeroed: 64, in: arena) else {
          Issue.record("no secret memory")
          return
        }
        var mine = secret
        let wasZero = copy(mine.bytes).allSatisfy { $0 == 0 }
        var span = mine.mutableBytes
        for index in 0..<64 { span[index] = byte }
        sched_yield()
        let isMine = copy(mine.bytes).allSatisfy { $0 == byte }
        if !wasZero || !isMine { Issue.record("a slot had two owners") }
      }
    }
    #expect(arena.freeSlotCount == 5)
  }
}
