internal import CryptoCore
internal import Glibc

/// Texts as C wants arguments and environments: NUL-terminated, with an array of pointers.
///
/// Wiped.
struct CStringList: ~Copyable {
  private var storage = WipedBuffer()
  private var offsets: [Int?] = []

  /// How many texts were appended, removed ones included.
  var count: Int { offsets.count }

  /// Appends the concatenation of two spans; false when there is a NUL byte in them.
  mutating func append(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
    for index in first.indices where first[index] == 0 { return false }
    for index in second.indices where second[index] == 0 { return false }
    offsets.append(storage.count)
    storage.reserve(first.count + second.count + 1)
    storage.append(first)
    storage.append(second)
    storage.append(0)
    return true
  }

  /// Takes a text out; the others keep their numbers.
  mutating func remove(at index: Int) { offsets[index] = nil }

  /// The array of pointers, which ends with a null pointer.
  mutating func withPointers<Result>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result? {
    let offsets = offsets.compactMap { $0 }
    var span = storage.mutableBytes
    return unsafe span.withUnsafeMutableBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      var pointers = unsafe offsets.map { offset in unsafe start.map { unsafe $0 + offset } }
      unsafe pointers.append(nil)
      return unsafe pointers.withUnsafeBufferPointer { pointers in
        unsafe pointers.baseAddress.map { unsafe body($0) }
      }
    }
  }
}
