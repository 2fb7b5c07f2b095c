import CryptoCore
import Foundation
import Platform
import Testing

@testable import Age

@Suite struct StreamTests {
  @Test(arguments: PeerTests.sizes, [false, true])
  func whatGoesInComesOut(_ size: Int, _ isArmored: Bool) throws {
    let identity = try X25519Identity.generate()
    let plaintext = sampleBytes(size)
    for path in PeerTests.paths {
      let file = try path.encrypt(plaintext, [identity.recipient], isArmored: isArmored)
      for way in PeerTests.paths {
        #expect(try way.decrypt(file, [identity]).bytes == plaintext)
      }
    }
  }

  /// More than two batches, so that chunks are carried from one to the next.
  @Test func filesOfManyBatchesComeOut() throws {
    let identity = try X25519Identity.generate()
    for size in [63 * 65_536, 64 * 65_536 + 1, 128 * 65_536] {
      let plaintext = sampleBytes(size)
      let file = try DecryptionPath.stream(1 << 20).encrypt(plaintext, [identity.recipient])
      let digest = hexDigest(plaintext)
      for path in [DecryptionPath.stream(1 << 20), .files, .whole] {
        #expect(try hexDigest(path.decrypt(file, [identity]).bytes) == digest)
      }
    }
  }

  @Test func headersOfManyRecipientsAreRead() throws {
    let identity = try X25519Identity.generate()
    let other = try X25519Identity.generate().recipient
    let recipients = Array(repeating: other, count: 1500) + [identity.recipient]
    for path in PeerTests.paths {
      let file = try path.encrypt([1, 2, 3], recipients)
      #expect(file.count > 2 * 65_536)
      for way in PeerTests.paths {
        #expect(try way.decrypt(file, [identity]).bytes == [1, 2, 3])
      }
    }
  }

  @Test func endlessHeadersAreRefused() throws {
    let line = Array("-> grease \(String(repeating: "a", count: 1000))\n\n".utf8)
    let file =
      Array("age-encryption.org/v1\n".utf8)
      + Array(repeatElement(line, count: AgeHeader.maximumByteCount / line.count + 2).joined())
    for bytes in [file, Array("age-encryption.org/v1\n-> ".utf8) + sampleLetters(3 << 20)] {
      for path in [DecryptionPath.whole, .stream(1 << 20)] {
        let outcome = try path.decrypt(bytes, [X25519Identity.generate()])
        #expect(outcome.error?.code == .malformedHeader)
      }
    }
  }

  private func sampleLetters(_ count: Int) -> [UInt8] {
    Array(repeating: UInt8(ascii: "a"), count: count)
  }

  @Test func errorsOfSourceAndSinkArePassedOn() throws {
    let identity = try X25519Identity.generate()
    let file = try DecryptionPath.whole.encrypt(sampleBytes(100), [identity.recipient])
    var wasRead = false
    #expect(throws: AgeError(.platform, "")) {
      try AgeStream.encrypt(
        reading: { (_) throws(PlatformError) in throw PlatformError(.noSpace, "read") },
        for: [identity.recipient], into: { (_) throws(PlatformError) in })
    }
    #expect(throws: AgeError(.platform, "")) {
      try AgeStream.decrypt(
        reading: { (span) throws(PlatformError) in
          guard !wasRead else { return 0 }
          wasRead = true
          for index in file.indices { span[index] = file[index] }
          return file.count
        }, identities: [identity],
        into: { (_) throws(PlatformError) in throw PlatformError(.noSpace, "write") })
    }
  }

  @Test func nothingIsLeftOfAFileThatDoesNotOpen() throws {
    let identity = try X25519Identity.generate()
    var file = try DecryptionPath.whole.encrypt(sampleBytes(1 << 20), [identity.recipient])
    file[file.count - 1] ^= 1
    let scratch = try Scratch()
    try scratch.write(file, to: "in")
    do {
      let input = try InputFile(scratch("in"))
      let output = try AtomicFile(at: scratch("out"), expecting: .absent)
      #expect(throws: AgeError(.malformedPayload, "")) {
        try AgeStream.decrypt(input, to: output, identities: [identity])
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["in"])
  }
}
