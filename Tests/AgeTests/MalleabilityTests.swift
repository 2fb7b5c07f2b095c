import CryptoCore
import Testing

@testable import Age

@Suite struct MalleabilityTests {
  private func sample(_ isArmored: Bool) throws -> (file: [UInt8], identity: X25519Identity) {
    let identity = try X25519Identity.generate()
    let other = try X25519Identity.generate().recipient
    let file = try DecryptionPath.whole.encrypt(
      Array("a secret".utf8), [other, identity.recipient, other], isArmored: isArmored)
    return (file, identity)
  }

  @Test func aMutatedHeaderParsesToItselfOrNotAtAll() throws {
    let (file, identity) = try sample(false)
    let header = try AgeHeader.parse(file.span)
    let hybrid = try DecryptionPath.whole.encrypt([], [HybridIdentity.generate().recipient])
    let ssh = try Stanza(type: "grease", arguments: ["a", "b"], body: sampleBytes(48))
    var grease = WipedBuffer()
    AgeHeader.serialize([ssh] + header.stanzas, appendingTo: &grease)
    AgeHeader.serialize(mac: header.mac.span, appendingTo: &grease)
    var generator = SampleGenerator(state: 42)
    let interesting = Array("\n\r\t -=+/>A0a\u{7F}\0".utf8)
    var accepted = 0
    for original in [file, hybrid, Array(copying: grease.bytes)] {
      for _ in 0..<4000 {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
          case 1: bytes[place] = interesting.randomElement(using: &generator) ?? 0
          case 2: bytes.remove(at: place)
          default: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: place)
          }
        }
        guard let parsed = try? AgeHeader.parse(bytes.span) else { continue }
        accepted += 1
        var again = WipedBuffer()
        parsed.serialize(appendingTo: &again)
        #expect(Array(copying: again.bytes) == Array(bytes[..<parsed.byteCount]))
        // An altered header never opens.
        if original == file, bytes[..<parsed.byteCount] != file[..<header.byteCount] {
          #expect(try DecryptionPath.whole.decrypt(bytes, [identity]).error != nil)
        }
      }
    }
    #expect(accepted > 100)
  }

  @Test(arguments: [false, true])
  func everyShorterFileIsRefused(_ isArmored: Bool) throws {
    let (file, identity) = try sample(isArmored)
    for count in 0..<file.count {
      // The last line feed of armor may be missing.
      if isArmored, count == file.count - 1 { continue }
      let cut = Array(file[..<count])
      for path in [DecryptionPath.whole, .stream(100)] {
        let outcome = try path.decrypt(cut, [identity])
        #expect(outcome.error != nil && outcome.bytes.isEmpty, "\(count) bytes are accepted")
      }
    }
  }

  @Test(arguments: [
    ("", true), ("\n", true), (" \t\r\n\n", true), (" ", false), ("\n\t", false), ("\r", false),
  ])
  func armorBeginsOnALineOfItsOwn(_ before: String, _ isFine: Bool) throws {
    let (file, identity) = try sample(true)
    for path in [DecryptionPath.whole, .stream(1)] {
      let outcome = try path.decrypt(Array(before.utf8) + file, [identity])
      #expect((outcome.error == nil) == isFine)
    }
  }

  @Test func everyAlteredByteIsNoticed() throws {
    let (file, identity) = try sample(false)
    for place in file.indices {
      var altered = file
      altered[place] ^= 0x20
      let outcome = try DecryptionPath.whole.decrypt(altered, [identity])
      #expect(outcome.error != nil && outcome.bytes.isEmpty, "byte \(place) may be altered")
    }
  }

  @Test func chunksCannotBeMovedDroppedOrAdded() throws {
    let identity = try X25519Identity.generate()
    let file = try DecryptionPath.whole.encrypt(sampleBytes(3 * 65_536), [identity.recipient])
    let start = try AgeHeader.parse(file.span).byteCount + 16
    let head = Array(file[..<start])
    let chunks = (0..<3).map { Array(file[(start + $0 * 65_552)..<(start + ($0 + 1) * 65_552)]) }
    let orders = [
      [0, 1], [0], [], [1, 2], [0, 2], [1, 0, 2], [0, 0, 1, 2], [0, 1, 2, 2], [2],
    ]
    for order in orders {
      for path in PeerTests.paths {
        let outcome = try path.decrypt(head + order.flatMap { chunks[$0] }, [identity])
        #expect(outcome.error?.code == .malformedPayload, "\(order)")
      }
    }
    for path in PeerTests.paths {
      let outcome = try path.decrypt(head + chunks.flatMap { $0 }, [identity])
      #expect(outcome.bytes == sampleBytes(3 * 65_536))
    }
  }
}
