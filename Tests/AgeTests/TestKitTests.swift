import CryptoCore
import Testing

@testable import Age

@Suite struct TestKitTests {
  @Test(arguments: DecryptionPath.all)
  func everyVectorIsJudgedAsTheSuiteSays(_ path: DecryptionPath) throws {
    guard let vectors = try TestKitVector.all() else { return }
    #expect(vectors.count >= 80)
    for vector in vectors {
      // Without optimisation, megabytes take seconds.
      let isLarge = vector.file.count > 1 << 20
      if case .stream(..<65_537) = path, isLarge { continue }
      if case .stream(..<1000) = path, vector.file.count > 100_000 { continue }
      for isArmored in isLarge ? [nil] : [vector.isArmored, nil] {
        let outcome = try path.decrypt(
          vector.file, vector.makeIdentities(), isArmored: isArmored)
        try judge(outcome, vector, path)
      }
    }
  }

  @Test(arguments: [DecryptionPath.whole, .files, .stream(4099)])
  func binaryVectorsAreJudgedTheSameInArmor(_ path: DecryptionPath) throws {
    guard let vectors = try TestKitVector.all() else { return }
    for vector in vectors where !vector.isArmored {
      if case .stream = path, vector.file.count > 1 << 20 { continue }
      var text = WipedBuffer()
      Armor.encode(vector.file.span, appendingTo: &text)
      let outcome = try path.decrypt(Array(copying: text.bytes), vector.makeIdentities())
      try judge(outcome, vector, path)
    }
  }

  private func judge(
    _ outcome: DecryptionPath.Outcome, _ vector: TestKitVector, _ path: DecryptionPath
  ) throws {
    let codes = try vector.expectedCodes()
    if codes.isEmpty {
      #expect(outcome.error == nil, "\(vector.name)")
      #expect(hexDigest(outcome.bytes) == vector.payloadDigest, "\(vector.name)")
      return
    }
    let code = try #require(outcome.error?.code, "\(vector.name) is accepted")
    #expect(codes.contains(code), "\(vector.name)")
    if case .stream = path, code == .malformedPayload {
      // The suite says what may be released before the failure.
      #expect(hexDigest(outcome.bytes) == vector.payloadDigest, "\(vector.name)")
    } else {
      #expect(outcome.bytes.isEmpty, "\(vector.name)")
    }
  }

  @Test func headersParseToTheSameBytesOrNotAtAll() throws {
    guard let vectors = try TestKitVector.all() else { return }
    var parsed = 0
    for vector in vectors where !vector.isArmored {
      guard let header = try? AgeHeader.parse(vector.file.span) else { continue }
      parsed += 1
      var bytes = WipedBuffer()
      header.serialize(appendingTo: &bytes)
      #expect(Array(copying: bytes.bytes) == Array(vector.file[..<header.byteCount]))
    }
    #expect(parsed > 30)
  }
}
