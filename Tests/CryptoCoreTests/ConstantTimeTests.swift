import CryptoCore
import Testing

@Suite struct ConstantTimeTests {
  @Test(
    arguments: [
      ([], [], true), ([1], [1], true), ([1], [2], false), ([1, 2], [1], false),
      ([0, 0, 0, 1], [0, 0, 0, 0x81], false),
    ] as [([UInt8], [UInt8], Bool)])
  func equal(left: [UInt8], right: [UInt8], expected: Bool) {
    #expect(ConstantTime.equal(left.span, right.span) == expected)
  }
}
