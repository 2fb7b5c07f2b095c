/// The database elsewhere that k3s keeps everything in, by its `datastore-endpoint` (k3s-io/kine:
/// pkg/endpoint, pkg/drivers/pgsql and mysql).
public struct Datastore: Sendable {
  /// How much a connection to it is protected.
  public enum Protection: Sendable, Equatable {
    /// In the clear.
    case none
    /// Encrypted where the server offers it.
    case whereOffered
    /// Encrypted, to whoever answers.
    case unverified
    /// Encrypted, with a certificate of the authorities given, for whatever name.
    case anyName
    /// Encrypted and verified.
    case verified
  }

  /// `postgres`, `mysql`, `nats`...
  public let kind: String
  /// Where it is; empty where that is not told apart.
  public let host: String
  /// How its connections are protected; nil where that is not known.
  public let protection: Protection?
  /// Where it is named; what stands there may have a password in it.
  public let place: Place

  /// Takes an endpoint apart; nil for etcd, SQLite and other files of the host.
  ///
  /// - Parameter hasCertificates: Whether certificates for it are given.
  public init?(_ endpoint: PlacedText, hasCertificates: Bool) {
    guard let range = endpoint.text.firstRange(of: "://") else { return nil }
    kind = endpoint.text[..<range.lowerBound].lowercased()
    guard !["http", "https", "sqlite", "dqlite", "unix", ""].contains(kind) else { return nil }
    place = endpoint.place
    let rest = endpoint.text[range.upperBound...]
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let behindUser = parts.first.map {
      $0[($0.lastIndex(of: "@").map($0.index(after:)) ?? $0.startIndex)...]
    }
    let address = behindUser.map(String.init) ?? ""
    let options = Self.options(parts.count > 1 ? parts[1] : "")
    switch kind {
    case "postgres":
      host = Self.host(address.prefix { $0 != "/" })
      protection = Self.postgres(options["sslmode"], hasCertificates)
    case "mysql":
      // `tcp(HOST:PORT)/DATABASE`, `unix(PATH)/DATABASE`.
      let inner = address.split(separator: "(", maxSplits: 1)
      let isSocket = inner.first == "unix"
      host =
        isSocket
        ? "localhost" : Self.host((inner.count > 1 ? inner[1] : "").prefix { $0 != ")" })
      protection = Self.mysql(options["tls"], hasCertificates)
    default:
      host = ""
      protection = nil
    }
  }

  /// Whether it is on the host itself.
  public var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  private static func postgres(_ mode: String?, _ hasCertificates: Bool) -> Protection? {
    // kine asks for verify-full when it is given certificates and no mode.
    switch mode ?? (hasCertificates ? "verify-full" : "prefer") {
    case "disable": Protection.none
    case "allow", "prefer": .whereOffered
    case "require": .unverified
    case "verify-ca": .anyName
    case "verify-full": .verified
    default: nil
    }
  }

  private static func mysql(_ mode: String?, _ hasCertificates: Bool) -> Protection? {
    if hasCertificates { return .verified }
    switch mode?.lowercased() ?? "false" {
    case "false", "0": return Protection.none
    case "preferred": return .whereOffered
    case "skip-verify": return .unverified
    case "true", "1": return .verified
    default: return nil
    }
  }

  private static func options(_ text: Substring) -> [String: String] {
    var options: [String: String] = [:]
    for option in text.split(separator: "&") {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if let name = parts.first, parts.count > 1 { options[String(name)] = String(parts[1]) }
    }
    return options
  }

  /// A host without brackets and port.
  private static func host(_ text: Substring) -> String {
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      return String(text[..<close].dropFirst())
    }
    return String(text.prefix { $0 != ":" })
  }
}
