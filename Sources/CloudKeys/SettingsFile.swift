internal import CryptoCore
internal import Platform

/// Files of the user's settings and credentials.
enum SettingsFile {
  private static let limit = 1 << 20

  /// The whole file.
  ///
  /// - Throws: `.notConfigured` when it cannot be read.
  static func read(_ path: String) throws(CloudError) -> WipedBuffer {
    do throws(PlatformError) {
      let file = try Files.read(path, limit: limit)
      return file.takeBytes()
    } catch { throw CloudError(.notConfigured, "\(error)") }
  }

  /// The whole file; nil when there is none.
  ///
  /// - Throws: `.notConfigured` when it cannot be read.
  static func readIfThere(_ path: String) throws(CloudError) -> WipedBuffer? {
    guard Files.exists(path) else { return nil }
    return try read(path)
  }

  /// A path in the user's home; nil without a home.
  static func inHome(_ path: String) -> String? {
    guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/" + path
  }

  /// The value of a variable; nil when it is not set or empty.
  static func variable(_ name: String) -> String? {
    guard let value = Environment.value(name), !value.isEmpty else { return nil }
    return value
  }
}
