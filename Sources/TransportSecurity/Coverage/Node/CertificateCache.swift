internal import Synchronization

/// The files of certificates that were read on a node, each once: many links have the same ones.
final class CertificateCache: Sendable {
  private let files = Mutex<[String: CertificateFile]>([:])

  /// More are read again.
  private static let maximumCount = 1000

  /// The file of a path, read by `body` the first time.
  func file(_ path: String, _ body: () -> CertificateFile) -> CertificateFile {
    if let known = files.withLock({ $0[path] }) { return known }
    let read = body()
    files.withLock { if $0.count < Self.maximumCount { $0[path] = read } }
    return read
  }
}
