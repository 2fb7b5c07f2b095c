import CryptoCore
import Testing

@Suite struct BytesTests {
  @Test(arguments: 1...20)
  func printableIsEachCharacterButControlsAndTheRest(count: Int) {
    for place in 0..<count {
      for byte in UInt8.min...UInt8.max {
        for other in [UInt8(ascii: "a"), 0x0a, 0x20, 0x7e] {
          var bytes = [UInt8](repeating: other, count: count)
          bytes[place] = byte
          let isPrintable = byte == 0x0a || (0x20...0x7e).contains(byte)
          let found = bytes.span.isPrintableASCII
          #expect(found == isPrintable)
        }
      }
    }
  }

  @Test func nothingIsPrintable() {
    let isPrintable = [UInt8]().span.isPrintableASCII
    #expect(isPrintable)
  }
}
