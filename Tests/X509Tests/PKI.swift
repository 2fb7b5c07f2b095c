import Foundation
import TestSupport
import X509

/// kubeadm's files, as the tests have them.
enum PKI {
  /// When the certificates are valid: 2026-12-01.
  static let time = 1_796_083_200

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Fixtures.own.appending(path: "pki/kubeadm/\(name)")))
  }

  static func entries(_ name: String) throws -> [CertificateSource.Entry] {
    let bytes = try bytes(name)
    return try CertificateSource.read(bytes.span).entries
  }

  static func certificate(_ name: String) throws -> Certificate {
    guard case .certificate(let certificate) = try entries(name).first?.content else {
      throw Unexpected()
    }
    return certificate
  }

  static func key(_ name: String) throws -> PrivateKey {
    guard case .privateKey(let key) = try entries(name).first?.content else { throw Unexpected() }
    return key
  }

  struct Unexpected: Error {}

  /// Runs openssl in a scratch folder; the folder, for what it wrote.
  static func openssl(_ script: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-x509-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-e", "-c", script]
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "PKI": Fixtures.own.appending(path: "pki/kubeadm").path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unexpected() }
    return folder
  }
}
