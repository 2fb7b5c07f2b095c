internal import Envelope
internal import SOPSFormat

/// What recipients of SOPS files are known by, however they are written.
enum SOPSRecipientKey {
  /// A recipient as a file or a rule names it.
  ///
  /// Rules, flags and files write some in different ways: with or without a role, with `/v1/` and
  /// `/keys/` or with the parts apart.
  static func description(_ backend: SOPSBackend, _ name: String) -> RecipientDescription {
    guard backend != .age else {
      return RecipientDescription(kind: .age, text: AgeRecipientText.encode(name), name: nil)
    }
    return RecipientDescription(
      kind: .other, text: "\(backend) \(canonical(backend, name))", name: nil)
  }

  private static func canonical(_ backend: SOPSBackend, _ name: String) -> String {
    switch backend {
    case .openPGP: name.filter { $0 != " " }.uppercased()
    case .awsKMS: String(name.prefix { $0 != "+" })
    case .azureKeyVault, .vaultTransit:
      name.split(separator: "/", omittingEmptySubsequences: false)
        .filter { $0 != "v1" && $0 != "keys" }.joined(separator: "/")
    case .age, .gcpKMS, .huaweiKMS: name
    }
  }

  /// The keys, as `RecipientDescription.key` has them, of a text that names a key of a service or of
  /// OpenPGP; empty for anything else.
  static func keys(named text: String) -> [String] {
    backends(of: text).map { description($0, text).key }
  }

  private static func backends(of text: String) -> [SOPSBackend] {
    if text.hasPrefix("arn:") { return [.awsKMS] }
    if text.hasPrefix("projects/") { return [.gcpKMS] }
    if text.hasPrefix("https://") || text.hasPrefix("http://") {
      return [.azureKeyVault, .vaultTransit]
    }
    let digits = text.filter { $0 != " " }
    if digits.utf8.count == 40 || digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) {
      return [.openPGP]
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count == 36,
      parts[1].allSatisfy({ $0.isHexDigit || $0 == "-" })
    {
      return [.huaweiKMS]
    }
    return []
  }
}
