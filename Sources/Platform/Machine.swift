internal import Glibc

/// The machine this runs on.
public enum Machine {
  /// Its name in the network; empty when it has none that is UTF-8.
  public static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(validating: bytes, as: UTF8.self) ?? ""
  }
}
