internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import TLSClient
internal import TransportSecurity
internal import Workspace
internal import X509

/// Whom a probe trusts, and as whom it comes.
struct ProbeTrustOptions: ParsableArguments {
  @Option(
    name: .customLong("ca"),
    help: ArgumentHelp(
      "Authorities that chains must lead to, instead of the system's. Repeatable.",
      valueName: "file"),
    completion: .file())
  var authorities: [String] = []

  @Option(
    help: ArgumentHelp(
      "The name to ask for and to verify, instead of the target's host.", valueName: "name"))
  var serverName: String?

  @Option(
    help: ArgumentHelp(
      "A certificate to show to servers that ask, with its chain.", valueName: "file"),
    completion: .file())
  var clientCertificate: String?

  @Option(
    help: ArgumentHelp(
      "Its key; without this, the key is in the certificate's file.", valueName: "file"),
    completion: .file())
  var clientKey: String?

  /// Where distributions keep the authorities that they trust.
  private static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
  ]

  func validate() throws {
    if clientKey != nil, clientCertificate == nil {
      throw ValidationError("--client-key needs --client-certificate")
    }
    if let serverName {
      guard !serverName.isEmpty, serverName.utf8.count <= 253,
        serverName.utf8.allSatisfy({ (0x21..<0x7f).contains($0) })
      else { throw ValidationError("--server-name is the name or address of a host") }
    }
  }

  /// The settings with what the options name.
  func settings() throws(WorkspaceError) -> ProbeSettings {
    var settings = ProbeSettings()
    settings.serverName = serverName
    settings.trust = try trustStore()
    if !authorities.isEmpty { settings.trustName = authorities.joined(separator: ", ") }
    settings.identity = try identity()
    return settings
  }

  private func trustStore() throws(WorkspaceError) -> TrustStore? {
    var paths = authorities
    if paths.isEmpty {
      guard let system = Self.systemFiles.first(where: { Files.exists($0) }) else {
        Console.warning("this system has no authorities: chains are not verified without --ca")
        return nil
      }
      paths = [system]
    }
    var certificates: [Certificate] = []
    for path in paths {
      let found = try Self.read(path).certificates
      guard !found.isEmpty else {
        throw WorkspaceError(.malformed, "no certificate in it", path: path)
      }
      certificates += found
    }
    do { return try TrustStore(certificates) } catch {
      throw WorkspaceError(.other, error.description)
    }
  }

  private func identity() throws(WorkspaceError) -> ClientIdentity? {
    guard let path = clientCertificate else { return nil }
    let certificates = try Self.read(path)
    let keys = try clientKey.map(Self.read)?.keys ?? certificates.keys
    let place = clientKey ?? path
    guard !certificates.certificates.isEmpty else {
      throw WorkspaceError(.malformed, "no certificate in it", path: path)
    }
    guard let key = keys.first else {
      throw WorkspaceError(
        .noIdentity, "no private key in it", path: place,
        hints: ["name the key's file with --client-key"])
    }
    do throws(TLSError) {
      return try ClientIdentity(certificates: certificates.certificates, key: key)
    } catch {
      throw WorkspaceError(.noIdentity, error.description, path: place)
    }
  }

  /// What is in a file; a broken entry is an error.
  private static func read(
    _ path: String
  ) throws(WorkspaceError) -> (certificates: [Certificate], keys: [PrivateKey]) {
    let file: FileSnapshot
    do throws(PlatformError) {
      file = try Files.read(path, limit: CertificateSource.maximumByteCount)
    } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    let entries: [CertificateSource.Entry]
    do throws(X509Error) { entries = try CertificateSource.read(file.bytes.bytes).entries } catch {
      throw WorkspaceError(.malformed, error.description, path: path)
    }
    var certificates: [Certificate] = []
    var keys: [PrivateKey] = []
    for entry in entries {
      switch entry.content {
      case .certificate(let certificate): certificates.append(certificate)
      case .privateKey(let key): keys.append(key)
      case .publicKey, .other: break
      case .broken(let error):
        let place = entry.line.map { " (line \($0))" } ?? ""
        throw WorkspaceError(
          .malformed, "entry \(entry.index)\(place): \(error.description)", path: path)
      }
    }
    return (certificates, keys)
  }
}
