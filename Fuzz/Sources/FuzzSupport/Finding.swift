import Glibc

/// Reports what must not be, and stops: libFuzzer keeps the input.
public func finding(_ text: String) -> Never {
  let line = Array("FINDING: \(text)\n".utf8)
  _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  abort()
}

/// Lends the fuzzer's input.
public func withInput(
  _ data: UnsafePointer<UInt8>?, _ count: Int, _ body: (Span<UInt8>) -> Void
) -> CInt {
  body(UnsafeBufferPointer(start: data, count: count).span)
  return 0
}

extension Span where Element == UInt8 {
  /// A copy.
  public var array: [UInt8] { indices.map { self[$0] } }

  /// As text; nil when it is not UTF-8.
  public var text: String? { String(validating: array, as: UTF8.self) }
}
