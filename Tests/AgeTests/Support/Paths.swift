import CryptoCore
import Foundation
import Platform
import Testing

@testable import Age

/// The ways in which a file can be decrypted.
enum DecryptionPath: Sendable, CustomTestStringConvertible {
  /// In memory.
  case whole
  /// By a source that gives so many bytes at once.
  case stream(Int)
  /// From one file to another.
  case files

  static let all: [DecryptionPath] = [
    .whole, .files, .stream(1), .stream(61), .stream(4099), .stream(65_552), .stream(1 << 22),
  ]

  var testDescription: String { "\(self)" }

  struct Outcome {
    /// What came out, also before an error.
    var bytes: [UInt8] = []
    var error: AgeError?
  }

  func decrypt(
    _ file: [UInt8], _ identities: [any Identity], isArmored: Bool? = nil
  ) throws -> Outcome {
    var outcome = Outcome()
    switch self {
    case .whole:
      var output = WipedBuffer()
      do {
        try AgeFile.decrypt(
          file.span, identities: identities, isArmored: isArmored, appendingTo: &output)
      } catch { outcome.error = error }
      outcome.bytes = Array(copying: output.bytes)
    case .stream(let step):
      var offset = 0
      do {
        try AgeStream.decrypt(
          reading: { (span) throws(PlatformError) in
            let count = min(step, span.count, file.count - offset)
            for index in 0..<count { span[index] = file[offset + index] }
            offset += count
            return count
          }, identities: identities, isArmored: isArmored
        ) { (bytes) throws(PlatformError) in
          outcome.bytes += Array(copying: bytes)
        }
      } catch { outcome.error = error }
    case .files:
      let scratch = try Scratch()
      try scratch.write(file, to: "in")
      let input = try InputFile(scratch("in"))
      let output = try AtomicFile(at: scratch("out"), expecting: .absent)
      do {
        try AgeStream.decrypt(input, to: output, identities: identities, isArmored: isArmored)
      } catch {
        outcome.error = error
        return outcome
      }
      try output.commit()
      outcome.bytes = try scratch.read("out")
    }
    return outcome
  }

  func encrypt(
    _ plaintext: [UInt8], _ recipients: [any Recipient], isArmored: Bool = false
  ) throws -> [UInt8] {
    switch self {
    case .whole:
      var output = WipedBuffer()
      try AgeFile.encrypt(
        plaintext.span, to: recipients, isArmored: isArmored, appendingTo: &output)
      return Array(copying: output.bytes)
    case .stream(let step):
      var offset = 0
      var file: [UInt8] = []
      try AgeStream.encrypt(
        reading: { (span) throws(PlatformError) in
          let count = min(step, span.count, plaintext.count - offset)
          for index in 0..<count { span[index] = plaintext[offset + index] }
          offset += count
          return count
        }, for: recipients, isArmored: isArmored
      ) { (bytes) throws(PlatformError) in
        file += Array(copying: bytes)
      }
      return file
    case .files:
      let scratch = try Scratch()
      try scratch.write(plaintext, to: "in")
      let input = try InputFile(scratch("in"))
      let output = try AtomicFile(at: scratch("out"), expecting: .absent)
      try AgeStream.encrypt(input, to: output, for: recipients, isArmored: isArmored)
      try output.commit()
      return try scratch.read("out")
    }
  }
}

/// The digest in hexadecimal.
func hexDigest(_ bytes: [UInt8]) -> String {
  let digest = SHA256.hash(bytes.span)
  return Array(copying: digest.bytes).map { String(format: "%02x", $0) }.joined()
}

/// Bytes that look random and are the same each time.
func sampleBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = SampleGenerator(state: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 32) }
}

/// A generator that gives the same numbers each time (xorshift).
struct SampleGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
