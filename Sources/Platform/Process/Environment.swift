internal import CPlatform
public import CryptoCore
internal import Glibc

/// The environment of this process.
public enum Environment {
  /// The value of a variable; nil when it is not set or not UTF-8.
  public static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(validatingCString: value)
  }

  /// The value of a variable that holds a secret; nil when it is not set.
  ///
  /// The environment itself keeps its copy: it cannot be wiped reliably.
  ///
  /// - Throws: `.outOfMemory`.
  public static func secret(_ name: String) throws(CryptoError) -> SecretBytes? {
    guard let value = unsafe getenv(name) else { return nil }
    let start = unsafe UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: start, count: strlen(value))
    return try SecretBytes(copying: unsafe Span(_unsafeElements: bytes))
  }

  /// The names of variables that begin with a prefix, those that are UTF-8.
  public static func names(withPrefix prefix: String) -> [String] {
    guard var next = unsafe sealwax_environment() else { return [] }
    var names: [String] = []
    while let entry = unsafe next.pointee {
      if let text = unsafe String(validatingCString: entry), text.hasPrefix(prefix),
        let name = text.split(separator: "=", maxSplits: 1).first
      {
        names.append(String(name))
      }
      unsafe next += 1
    }
    return names
  }
}
