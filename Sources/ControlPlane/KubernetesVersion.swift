/// A minor version of Kubernetes, or of etcd.
public struct KubernetesVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The major version.
  public let major: Int
  /// The minor version.
  public let minor: Int

  /// Names a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The version in an image's tag: `registry.k8s.io/kube-apiserver:v1.34.2-rke2r1`; nil where there
  /// is none, as with a digest alone or `latest`.
  public init?(image: String) {
    let withoutDigest = image.split(separator: "@").first ?? ""
    let last = withoutDigest.split(separator: "/").last ?? ""
    guard let colon = last.lastIndex(of: ":") else { return nil }
    self.init(tag: last[last.index(after: colon)...])
  }

  /// The version that a text begins with: `v1.34.2`, `3.6.1-0`.
  public init?(tag: some StringProtocol) {
    let digits = tag.hasPrefix("v") ? tag.dropFirst() : tag[...]
    let parts = digits.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1, let major = Int(parts[0]), (1...99).contains(major),
      let minor = Int(parts[1].prefix { ("0"..."9").contains($0) }), (0...999).contains(minor)
    else { return nil }
    self.init(major, minor)
  }

  public static func < (left: KubernetesVersion, right: KubernetesVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  public var description: String { "\(major).\(minor)" }
}
