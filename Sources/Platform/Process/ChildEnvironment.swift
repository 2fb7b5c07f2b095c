internal import CPlatform
internal import CryptoCore
internal import Glibc

/// The environment that a child process gets; values are wiped with it.
public struct ChildEnvironment: ~Copyable {
  private var entries = CStringList()
  private var numbers: [String: Int] = [:]

  /// A copy of this process's environment without the variables of identities, or nothing.
  public init(inheriting: Bool = true) {
    guard inheriting, var next = unsafe sealwax_environment() else { return }
    while let text = unsafe next.pointee {
      unsafe add(text)
      unsafe next += 1
    }
  }

  private mutating func add(_ text: UnsafePointer<CChar>) {
    let count = unsafe strlen(text)
    let start = unsafe UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    guard let equals = unsafe bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return }
    let name = unsafe String(decoding: bytes[..<equals], as: UTF8.self)
    // Left out here, so that no caller can forget to.
    guard !KeyVariables.all.contains(name) else { return }
    add(name, unsafe Span(_unsafeElements: bytes), Span())
  }

  private mutating func add(_ name: String, _ first: Span<UInt8>, _ second: Span<UInt8>) {
    guard entries.append(first, second) else { return }
    if let former = numbers[name] { entries.remove(at: former) }
    numbers[name] = entries.count - 1
  }

  /// Sets a variable, in place of a former value.
  ///
  /// - Throws: `.invalidName` for a name that is empty or has `=`, and for a NUL byte in either.
  public mutating func set(_ name: String, to value: Span<UInt8>) throws(PlatformError) {
    var hasNUL = false
    for index in value.indices where value[index] == 0 { hasNUL = true }
    guard !hasNUL, !name.isEmpty, !name.utf8.contains(where: { $0 == 0 || $0 == 0x3D }) else {
      throw PlatformError(.invalidName, "set the environment variable", path: name)
    }
    add(name, Array((name + "=").utf8).span, value)
  }

  /// Sets a variable, in place of a former value.
  ///
  /// - Throws: `.invalidName` as above.
  public mutating func set(_ name: String, to value: String) throws(PlatformError) {
    try set(name, to: Array(value.utf8).span)
  }

  /// Takes a variable out; no effect when it is not set.
  public mutating func remove(_ name: String) {
    if let number = numbers.removeValue(forKey: name) { entries.remove(at: number) }
  }

  /// Takes out all variables that a test of their names picks.
  public mutating func removeAll(where isUnwanted: (String) -> Bool) {
    for name in numbers.keys.filter(isUnwanted) { remove(name) }
  }

  mutating func withPointers<Result>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result? {
    unsafe entries.withPointers(body)
  }
}
