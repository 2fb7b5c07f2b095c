internal import CryptoCore
internal import Platform

/// The profiles of `~/.aws/config` and `~/.aws/credentials` (the SDKs' reference guide, Shared config
/// and credentials files).
final class AWSProfiles: Sendable {
  /// One of the two files, in wiped memory.
  private struct File: ~Copyable, Sendable {
    let text: WipedBuffer
    let sections: [String: [String: Range<Int>]]
  }

  private let configuration: File
  private let credentials: File

  /// Reads both files, as far as they are there.
  ///
  /// - Throws: `.notConfigured` when one cannot be read.
  init() throws(CloudError) {
    configuration = try Self.file("AWS_CONFIG_FILE", ".aws/config", isConfiguration: true)
    credentials = try Self.file(
      "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", isConfiguration: false)
  }

  private static func file(
    _ variable: String, _ standard: String, isConfiguration: Bool
  ) throws(CloudError) -> File {
    let path = SettingsFile.variable(variable) ?? SettingsFile.inHome(standard)
    var text = WipedBuffer()
    if let path, let found = try SettingsFile.readIfThere(path) { text.append(found.bytes) }
    let sections = sections(of: text.bytes, isConfiguration)
    return File(text: text, sections: sections)
  }

  /// Settings by profile and name, in lower case; nested settings, which are indented, do not count.
  static func sections(
    of text: Span<UInt8>, _ isConfiguration: Bool
  ) -> [String: [String: Range<Int>]] {
    var sections: [String: [String: Range<Int>]] = [:]
    var section: String?
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      let line = start..<end
      start = end + 1
      guard let first = line.first(where: { $0 < text.count && text[$0] > 0x20 }) else { continue }
      switch text[first] {
      case UInt8(ascii: "#"), UInt8(ascii: ";"): continue
      case UInt8(ascii: "["): section = name(of: text.extracting(line), isConfiguration)
      default:
        guard first == line.lowerBound, let section,
          let equals = line.first(where: { text[$0] == UInt8(ascii: "=") })
        else { continue }
        let name = String(
          decoding: Array(copying: text.extracting(trimmed(first..<equals, text))), as: UTF8.self)
        sections[section, default: [:]][name.lowercased()] = trimmed(equals + 1..<end, text)
      }
    }
    return sections
  }

  private static func trimmed(_ range: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
    var range = range
    while let last = range.last, text[last] <= 0x20 { range = range.lowerBound..<last }
    while let first = range.first, text[first] <= 0x20 { range = first + 1..<range.upperBound }
    return range
  }

  /// The profile that a heading is of: `[profile NAME]` in the one file, `[NAME]` in the other.
  private static func name(of heading: Span<UInt8>, _ isConfiguration: Bool) -> String? {
    let text = String(decoding: Array(copying: heading), as: UTF8.self)
    guard let end = text.firstIndex(of: "]"), let start = text.firstIndex(of: "[") else {
      return nil
    }
    let words = text[text.index(after: start)..<end].split(separator: " ", maxSplits: 1)
      .map { $0.filter { $0 != "\"" && $0 != " " } }
    if !isConfiguration { return words.joined(separator: " ") }
    if words == ["default"] { return "default" }
    return words.count == 2 && words[0] == "profile" ? words[1] : nil
  }

  /// Whether there is a profile of this name.
  func has(_ profile: String) -> Bool {
    configuration.sections[profile] != nil || credentials.sections[profile] != nil
  }

  /// A setting that is no secret; the file of credentials counts first.
  func text(_ name: String, of profile: String) -> String? {
    Self.text(name, of: profile, in: credentials)
      ?? Self.text(name, of: profile, in: configuration)
  }

  private static func text(
    _ name: String, of profile: String, in file: borrowing File
  ) -> String? {
    guard let range = file.sections[profile]?[name], !range.isEmpty else { return nil }
    return String(
      decoding: Array(copying: file.text.bytes.extracting(range)), as: UTF8.self)
  }

  /// A setting that is a secret.
  func secret(_ name: String, of profile: String) throws(CloudError) -> Secret? {
    if let secret = try Self.secret(name, of: profile, in: credentials) { return secret }
    return try Self.secret(name, of: profile, in: configuration)
  }

  private static func secret(
    _ name: String, of profile: String, in file: borrowing File
  ) throws(CloudError) -> Secret? {
    guard let range = file.sections[profile]?[name], !range.isEmpty else { return nil }
    return try Secret(copying: file.text.bytes.extracting(range))
  }
}
