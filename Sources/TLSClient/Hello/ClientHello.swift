internal import CryptoCore

/// A ClientHello, written without a handshake behind it: what a server picks out of it tells what it
/// accepts, also where the library for whole handshakes has long forgotten how (RC4, 3DES, SSL 3).
///
/// RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2; RFC 6101, section 5.6.1.2. The share of the
/// key exchange is random bytes, which are a public key of X25519 (RFC 7748, section 5): nobody
/// knows the secret, since there is nothing to compute with it.
public struct ClientHello: Sendable {
  /// The one version that is asked for.
  public let version: TLSVersion
  /// The suites, in order of preference.
  public let suites: [CipherSuite]
  /// The name that is asked for (RFC 6066, section 3); nil for an address.
  public let serverName: String?

  /// Makes one.
  public init(version: TLSVersion, suites: [CipherSuite], serverName: String?) {
    self.version = version
    self.suites = suites
    self.serverName = serverName
  }

  /// The record with the message.
  public func bytes() -> [UInt8] {
    var body = Fields()
    body.append(number: min(version, .tls12).rawValue)
    body.append(Self.random(32))
    // TLS 1.3 looks like the resumption of a session (RFC 8446, appendix D.4).
    body.append(block8: version == .tls13 ? Self.random(32) : [])
    var numbers = Fields()
    for suite in suites { numbers.append(number: suite.number) }
    // The signalling suite for secure renegotiation (RFC 5746, section 3.3).
    if version != .tls13 { numbers.append(number: 0x00ff) }
    body.append(block16: numbers.bytes)
    body.append(block8: [0])
    if version != .ssl3 { body.append(block16: extensions()) }

    var message = Fields()
    message.append([1, UInt8(truncatingIfNeeded: body.bytes.count >> 16)])
    message.append(block16: body.bytes)
    var record = Fields()
    record.append([22])
    record.append(number: min(version, .tls10).rawValue)
    record.append(block16: message.bytes)
    return record.bytes
  }

  private func extensions() -> [UInt8] {
    var result = Fields()
    func add(_ type: UInt16, _ body: (inout Fields) -> Void) {
      var fields = Fields()
      body(&fields)
      result.append(number: type)
      result.append(block16: fields.bytes)
    }
    if let serverName {
      add(0) { names in
        var entry = Fields()
        entry.append([0])
        entry.append(block16: Array(serverName.utf8))
        names.append(block16: entry.bytes)
      }
    }
    add(10) { $0.append(numbers: Self.groups) }
    add(11) { $0.append(block8: [0]) }
    if version >= .tls12 { add(13) { $0.append(numbers: Self.signatures) } }
    if version == .tls13 {
      add(43) { $0.append(block8: [3, 4]) }
      add(45) { $0.append(block8: [1]) }
      add(51) { shares in
        var share = Fields()
        share.append(number: 0x001d)
        share.append(block16: Self.random(32))
        shares.append(block16: share.bytes)
      }
    } else {
      add(23) { _ in }
    }
    return result.bytes
  }

  /// X25519, P-256, P-384, P-521, X448, ffdhe2048 to ffdhe4096 (RFC 8446, section 4.2.7).
  private static let groups: [UInt16] = [29, 23, 24, 25, 30, 256, 257, 258]

  /// Everything that a certificate may be signed with, SHA-1 last (RFC 8446, section 4.2.3).
  private static let signatures: [UInt16] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
    0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202,
  ]

  private static func random(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    RandomBytes.fill(&span)
    return bytes
  }
}

/// Bytes as TLS lays them out: big-endian, with lengths in front (RFC 8446, section 3).
private struct Fields {
  var bytes: [UInt8] = []

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append(number: UInt16) {
    bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
  }

  mutating func append(block8: [UInt8]) {
    precondition(block8.count < 1 << 8, "longer than its length can say")
    bytes.append(UInt8(block8.count))
    bytes += block8
  }

  mutating func append(block16: [UInt8]) {
    precondition(block16.count < 1 << 16, "longer than its length can say")
    append(number: UInt16(block16.count))
    bytes += block16
  }

  mutating func append(numbers: [UInt16]) {
    var list = Fields()
    for number in numbers { list.append(number: number) }
    append(block16: list.bytes)
  }
}
