public import SOPSFormat

/// Puts files where the destination rules of a `.sops.yaml` say.
///
/// Credentials are found as for keys, looked for with the first file and kept for a few minutes.
public struct CloudPublisher: Sendable {
  private let s3 = S3Storage()
  private let google = GoogleStorage()
  private let vault = VaultValues()

  /// Asks for nothing yet.
  public init() {}

  /// Where a file goes, as it is shown to the user.
  ///
  /// - Throws: `.notConfigured` when `VAULT_ADDR` is no address.
  public static func address(
    of name: String, in destination: SOPSDestination
  ) throws(CloudError) -> String {
    switch destination {
    case .s3(let bucket, let prefix): return "s3://\(bucket)/\(prefix)\(name)"
    case .gcs(let bucket, let prefix): return "gcs://\(bucket)/\(prefix)\(name)"
    case .vault(let address, let mount, let path, let version):
      return try VaultPlace(
        address: address, mount: mount, path: path, name: name, version: version
      ).address.text
    }
  }

  /// Uploads an encrypted file to a bucket.
  ///
  /// - Throws: `.malformedName` for names that no object can have, and for a destination that is no
  ///   bucket; `.notConfigured`, `.missingProgram`, `.unreachable`, `.refused`.
  public func upload(
    _ text: Span<UInt8>, named name: String, to destination: SOPSDestination
  ) throws(CloudError) {
    switch destination {
    case .s3(let bucket, let prefix):
      try s3.put(text, bucket: bucket, key: prefix + name)
    case .gcs(let bucket, let prefix):
      try google.put(text, bucket: bucket, name: prefix + name)
    case .vault:
      throw CloudError(.malformedName, "Vault holds values, not encrypted files")
    }
  }

  /// Writes values, a JSON object, to Vault, unless they are there already.
  ///
  /// - Returns: Whether they were written.
  /// - Throws: `.untrustedAddress` for a server that nothing but the `.sops.yaml` names;
  ///   `.malformedName`, `.notConfigured`, `.missingProgram`, `.unreachable`, `.refused`.
  public func write(
    _ fields: Span<UInt8>, named name: String, to destination: SOPSDestination
  ) throws(CloudError) -> Bool {
    guard case .vault(let address, let mount, let path, let version) = destination else {
      throw CloudError(.malformedName, "a bucket holds encrypted files, not values")
    }
    return try vault.write(
      fields,
      to: VaultPlace(
        address: address, mount: mount, path: path, name: name, version: version))
  }
}

/// The names of objects.
enum ObjectName {
  /// A name as a path, its parts percent-encoded.
  ///
  /// - Throws: `.malformedName` for one that would be another place on the way.
  static func path(_ name: String) throws(CloudError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { $0 != "." && $0 != ".." } && parts.last?.isEmpty == false
    guard isPlain, name.utf8.count <= 1024 else {
      throw CloudError(
        .malformedName, "'\(CloudError.shown(name))' cannot be the name of an object")
    }
    return parts.map { PercentEncoding.segment($0) ?? "" }.joined(separator: "/")
  }

  /// Whether a text can be a bucket's name, which becomes a part of a host's.
  static func isBucket(_ text: String) -> Bool {
    (3...63).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasPrefix("-")
      && !text.contains("..")
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || [0x2d, 0x2e, 0x5f].contains($0)
      }
  }
}
