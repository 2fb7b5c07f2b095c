/// The ARN of a key of AWS KMS.
struct AWSKeyName: Hashable, Sendable {
  let arn: String
  let region: String
  let partition: String

  /// Reads the ARN of a key or an alias.
  ///
  /// Its region becomes a part of a host's name, so it is read more strictly than SOPS does.
  ///
  /// - Throws: `.malformedName`.
  init(_ arn: String) throws(CloudError) {
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "kms",
      Self.isName(parts[1]), Self.isName(parts[3]),
      !parts[4].isEmpty, parts[4].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      ["key/", "alias/"].contains(where: { parts[5].hasPrefix($0) && parts[5] != $0 }),
      arn.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw CloudError(
        .malformedName,
        "'\(CloudError.shown(arn))' is not the ARN of a key of AWS KMS"
          + " (arn:aws:kms:REGION:ACCOUNT:key/ID, or alias/NAME)")
    }
    self.arn = arn
    partition = String(parts[1])
    region = String(parts[3])
  }

  static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 63
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
      }
  }

  /// The place of the key: where its services are.
  var place: AWSPlace { AWSPlace(region: region, partition: partition) }
}

/// A region and what its services are called.
struct AWSPlace: Hashable, Sendable {
  let region: String
  let partition: String

  init(region: String, partition: String) {
    self.region = region
    self.partition = partition
  }

  /// A region, whose name says what partition it is in (Regions and partitions in the AWS General
  /// Reference).
  ///
  /// - Throws: `.notConfigured` when it cannot be a region, which becomes a part of a host's name.
  init(region: String) throws(CloudError) {
    guard AWSKeyName.isName(region) else {
      throw CloudError(
        .notConfigured, "'\(CloudError.shown(region))' is not a region of AWS: set AWS_REGION")
    }
    let partitions = [
      ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"),
      ("us-isob-", "aws-iso-b"), ("eu-isoe-", "aws-iso-e"), ("us-isof-", "aws-iso-f"),
      ("eusc-", "aws-eusc"),
    ]
    let partition = partitions.first { region.hasPrefix($0.0) }?.1 ?? "aws"
    self.init(region: region, partition: partition)
  }

  /// Whether the user's environment says where a service is.
  func isNamed(service: String) -> Bool {
    Self.variables(for: service).contains { SettingsFile.variable($0) != nil }
  }

  private static func variables(for service: String) -> [String] {
    ["AWS_ENDPOINT_URL_" + service.uppercased(), "AWS_ENDPOINT_URL"]
  }

  /// The domain of the services of a partition.
  private var domain: String {
    switch partition {
    case "aws-cn": "amazonaws.com.cn"
    case "aws-iso": "c2s.ic.gov"
    case "aws-iso-b": "sc2s.sgov.gov"
    case "aws-iso-e": "cloud.adc-e.uk"
    case "aws-iso-f": "csp.hci.ic.gov"
    case "aws-eusc": "amazonaws.eu"
    default: "amazonaws.com"
    }
  }

  /// Where a service is: in the region, or where the user's environment says.
  ///
  /// - Parameter service: `kms`, `sts` or `s3`.
  /// - Throws: `.notConfigured` when a variable is no address.
  func address(of service: String) throws(CloudError) -> WebAddress {
    for name in Self.variables(for: service) {
      guard let text = SettingsFile.variable(name) else { continue }
      guard let address = WebAddress(text) else {
        throw CloudError(.notConfigured, "the variable \(name) is not an address")
      }
      return address
    }
    let isFIPS = SettingsFile.variable("AWS_USE_FIPS_ENDPOINT")?.lowercased() == "true"
    guard let address = WebAddress("https://\(service)\(isFIPS ? "-fips" : "").\(region).\(domain)")
    else { throw CloudError(.malformedName, "'\(region)' is not a region of AWS") }
    return address
  }
}
