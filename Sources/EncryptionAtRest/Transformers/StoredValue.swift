/// What the first bytes of a value in etcd say about it: which provider wrote it, under which name.
///
/// The API server puts `k8s:enc:PROVIDER:VERSION:NAME:` before what a provider made, and nothing
/// before what `identity` made (kubernetes.io, "Encrypting Confidential Data at Rest").
public struct StoredValue: Sendable, Hashable {
  /// What writes values.
  public enum Provider: String, Sendable, CaseIterable {
    case aescbc
    case aesgcm
    case secretbox
    case kmsV1 = "kms:v1"
    case kmsV2 = "kms:v2"
    /// Plaintext.
    case identity
    /// Encrypted by something that this program does not know.
    case unknown

    /// What its values begin with, up to the name; empty for plaintext.
    public var head: String {
      switch self {
      case .aescbc, .aesgcm, .secretbox: "k8s:enc:\(rawValue):v1:"
      case .kmsV1, .kmsV2: "k8s:enc:\(rawValue):"
      case .identity: ""
      case .unknown: "k8s:enc:"
      }
    }

    /// The same in bytes, made once.
    package var headBytes: [UInt8] {
      for head in StoredValue.heads where head.provider == self { return head.bytes }
      return []
    }

    /// Whether a changed value is noticed when it is opened.
    public var isAuthenticated: Bool {
      switch self {
      case .aesgcm, .secretbox, .kmsV1, .kmsV2: true
      case .aescbc, .identity, .unknown: false
      }
    }
  }

  /// How plaintext is written.
  public enum Encoding: String, Sendable {
    /// `k8s`, a zero byte, and a runtime.Unknown.
    case protobuf
    case json
    /// Neither.
    case other
  }

  /// Who wrote it.
  public let provider: Provider
  /// The length of the prefix, in bytes; 0 for plaintext.
  public let prefixByteCount: Int
  /// The length of the key's (or plugin's) name, which ends before the prefix's last colon.
  public let nameByteCount: Int

  /// Where the name is.
  public var nameRange: Range<Int> {
    let end = max(prefixByteCount - 1, 0)
    return max(end - nameByteCount, 0)..<end
  }

  init(provider: Provider, prefixByteCount: Int, nameByteCount: Int) {
    self.provider = provider
    self.prefixByteCount = prefixByteCount
    self.nameByteCount = nameByteCount
  }

  private static let common = Array("k8s:enc:".utf8)
  fileprivate static let heads: [(provider: Provider, bytes: [UInt8])] =
    [Provider.aesgcm, .secretbox, .aescbc, .kmsV2, .kmsV1].map { ($0, Array($0.head.utf8)) }

  /// Looks at a stored value.
  ///
  /// The name is taken to end at the first colon: where a name has one itself, only the
  /// configuration tells.
  public init(_ value: Span<UInt8>) {
    guard value.hasBytes(Self.common) else {
      self.init(provider: .identity, prefixByteCount: 0, nameByteCount: 0)
      return
    }
    for head in Self.heads where value.hasBytes(head.bytes) {
      guard let end = value.firstIndex(of: 0x3a, in: head.bytes.count..<value.count) else { break }
      self.init(
        provider: head.provider, prefixByteCount: end + 1, nameByteCount: end - head.bytes.count)
      return
    }
    self.init(provider: .unknown, prefixByteCount: Self.common.count, nameByteCount: 0)
  }

  /// What decoded plaintext begins like.
  public static func encoding(of plaintext: Span<UInt8>) -> Encoding {
    if plaintext.hasBytes([0x6b, 0x38, 0x73, 0]) { return .protobuf }
    for index in plaintext.indices {
      switch plaintext[index] {
      case 0x20, 0x09, 0x0a, 0x0d: continue
      case 0x7b: return .json
      default: return .other
      }
    }
    return .other
  }
}
