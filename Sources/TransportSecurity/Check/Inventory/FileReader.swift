public import ControlPlane
internal import CryptoCore
public import Platform
internal import X509

/// Makes out what a file holds: certificates and keys in any form, or manifests that hold or name
/// them.
public struct FileReader: Sendable {
  /// Reads without a password.
  public init() {}

  /// What a file holds; nothing where it is none of ours.
  ///
  /// - Parameters:
  ///   - file: Its name, for places and for what its ending says.
  ///   - identity: Its mode and owner.
  ///   - password: What opens encrypted keys and PKCS #12; empty for none.
  /// - Throws: `.syntax` when it has to be YAML, by its name, and is not.
  public func read(
    _ bytes: Span<UInt8>, file: String, identity: FileIdentity?, password: Span<UInt8>
  ) throws(ControlPlaneError) -> FileContents {
    var contents = FileContents(file: file)
    if FileReader.isManifest(file) || FileReader.looksLikeManifest(bytes) {
      let roots: [ConfigNode]
      do throws(ControlPlaneError) {
        roots = try ConfigNode.documents(of: bytes, file: file)
      } catch {
        // Templates and the like: only what has a word of ours has to be YAML.
        guard FileReader.mentions(bytes) else { return contents }
        throw error
      }
      contents.isManifest = !roots.isEmpty
      for root in roots {
        ObjectReader.read(root, identity: identity, password: password, into: &contents)
      }
      return contents
    }
    guard FileReader.looksLikeCertificates(bytes, file) else { return contents }
    let origin = Origin(file: file)
    var bundle = CertificateBundle(.file, origin, identity)
    bundle.add(bytes, at: origin, password: password)
    if !bundle.isEmpty { contents.bundles.append(bundle) }
    return contents
  }

  private static func isManifest(_ file: String) -> Bool {
    let name = file.lowercased()
    return [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
  }

  private static let starts = [
    "apiVersion:", "kind:", "clusters:", "advertise-client-urls:", "client-transport-security:",
    "peer-transport-security:",
  ]

  /// Whether a text begins like the objects of Kubernetes, as `admin.conf` does, or like etcd's
  /// configuration.
  static func looksLikeManifest(_ bytes: Span<UInt8>) -> Bool {
    if isDER(bytes) { return false }
    var lines = 0
    var start = 0
    // What stands in front of the first key is comments.
    while start < bytes.count, lines < 200 {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a { end += 1 }
      for prefix in starts where has(prefix, bytes, start, end) { return true }
      if lines == 0, has("{", bytes, start, end) { return true }
      if has("-----BEGIN", bytes, start, end) || bytes[start] == 0 { return false }
      start = end + 1
      lines += 1
    }
    return false
  }

  /// Endings that certificates and keys have.
  private static let endings = [
    ".crt", ".pem", ".cer", ".cert", ".der", ".key", ".pub", ".p12", ".pfx", ".p7b", ".p7c",
  ]

  /// Whether it has PEM somewhere, or its ending and its first byte say DER.
  private static func looksLikeCertificates(_ bytes: Span<UInt8>, _ file: String) -> Bool {
    let name = file.lowercased()
    let isNamedSo = endings.contains { name.hasSuffix($0) }
    if isNamedSo { return true }
    return isDER(bytes) || PEMReader.isPEM(bytes)
  }

  /// Whether it begins with a sequence of more than 127 bytes, or of an indefinite length.
  private static func isDER(_ bytes: Span<UInt8>) -> Bool {
    bytes.count > 4 && bytes[0] == 0x30 && bytes[1] >= 0x80
  }

  private static func mentions(_ bytes: Span<UInt8>) -> Bool {
    let words = [
      "certificate-authority", "client-certificate", "kubernetes.io/tls", "caBundle",
      "KubeletConfiguration", "kube-apiserver", "BEGIN CERTIFICATE", "-transport-security",
    ]
    // Few bytes begin a word: a large file is gone through quickly.
    var isFirst = [Bool](repeating: false, count: 256)
    for word in words { if let byte = word.utf8.first { isFirst[Int(byte)] = true } }
    for start in 0..<bytes.count where isFirst[Int(bytes[start])] {
      if words.contains(where: { has($0, bytes, start, bytes.count) }) { return true }
    }
    return false
  }

  private static func has(
    _ prefix: String, _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    var position = start
    for byte in prefix.utf8 {
      guard position < end, bytes[position] == byte else { return false }
      position += 1
    }
    return true
  }
}
