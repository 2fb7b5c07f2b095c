/// A key of Huawei Cloud KMS: `REGION:ID`.
struct HuaweiKeyName: Hashable, Sendable {
  let text: String
  let region: String
  let identifier: String

  /// - Throws: `.malformedName`.
  init(_ text: String) throws(CloudError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isName(parts[0], isRegion: true),
      Self.isName(parts[1], isRegion: false)
    else {
      throw CloudError(
        .malformedName,
        "'\(CloudError.shown(text))' is not a key of Huawei Cloud KMS (REGION:ID of the key)")
    }
    self.text = text
    region = String(parts[0])
    identifier = String(parts[1])
  }

  private static func isName(_ text: Substring, isRegion: Bool) -> Bool {
    !text.isEmpty && text.utf8.count <= 63
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
          || (!isRegion && (0x41...0x5a).contains($0))
      }
  }

  /// Where the region's service is, or where the variable of Huawei's libraries says.
  ///
  /// - Throws: `.notConfigured` when the variable is no address.
  func server() throws(CloudError) -> WebAddress {
    let suffix = region.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    let variable = "HUAWEICLOUD_SDK_REGION_KMS_" + suffix
    let domain = region.hasPrefix("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com"
    let text = SettingsFile.variable(variable) ?? "https://kms.\(region).\(domain)"
    guard let address = WebAddress(text) else {
      throw CloudError(.notConfigured, "the variable \(variable) is not an address")
    }
    return address
  }
}
