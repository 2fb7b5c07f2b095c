public import ControlPlane
internal import CryptoCore
internal import Findings
internal import Platform
public import X509

/// Certificates that a component is told of, as far as they are at hand.
public struct CertificateFile: Sendable {
  /// Where it is: a file, or a field of one.
  public let place: Place
  /// Whether it is a field of a file, and not a file of its own.
  public let isEmbedded: Bool
  /// The certificates in order; a server's or client's own is the first.
  public let certificates: [Certificate]
  /// Why there are none; nil when there are.
  public let problem: String?
  /// Whether the file is not among those given, as opposed to one that holds no certificate.
  public let isMissing: Bool

  init(_ certificates: [Certificate], at place: Place, isEmbedded: Bool) {
    self.certificates = certificates
    self.place = place
    self.isEmbedded = isEmbedded
    problem = certificates.isEmpty ? "no certificate in it" : nil
    isMissing = false
  }

  init(problem: String, isMissing: Bool, at place: Place, isEmbedded: Bool = false) {
    self.place = place
    self.problem = problem
    self.isMissing = isMissing
    self.isEmbedded = isEmbedded
    certificates = []
  }

  /// What it is called.
  public var label: String { isEmbedded ? place.label : place.file }

  /// The certificate of the server or client itself.
  public var leaf: Certificate? { certificates.first }

  /// The names of the certificates, for people: their CN, or the whole name.
  public var names: String {
    var names: [String] = []
    for certificate in certificates {
      let name = certificate.subject.commonName ?? certificate.subject.text
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }

  /// Reads certificates from bytes.
  static func parse(
    _ bytes: Span<UInt8>, at place: Place, isEmbedded: Bool
  ) -> CertificateFile {
    do throws(X509Error) {
      let source = try CertificateSource.read(bytes)
      let certificates = source.entries.compactMap { entry -> Certificate? in
        if case .certificate(let certificate) = entry.content { certificate } else { nil }
      }
      return CertificateFile(certificates, at: place, isEmbedded: isEmbedded)
    } catch {
      return CertificateFile(
        problem: error.message, isMissing: false, at: place, isEmbedded: isEmbedded)
    }
  }

  /// A file of a node, read once.
  static func read(_ path: String, of root: NodeRoot) -> CertificateFile {
    root.certificates.file(path) { readAnew(path, of: root) }
  }

  private static func readAnew(_ path: String, of root: NodeRoot) -> CertificateFile {
    let place = Place(file: root.shown(path))
    do throws(PlatformError) {
      let file = try root.read(path)
      return parse(file.bytes.bytes, at: place, isEmbedded: false)
    } catch {
      let isMissing = error.code == .notFound
      return CertificateFile(
        problem: isMissing ? "not at hand" : "\(error.code)", isMissing: isMissing, at: place)
    }
  }

  /// Reads what a kubeconfig has or names.
  ///
  /// - Parameter folder: The kubeconfig's own folder on the node.
  static func read(
    _ material: KubeconfigMaterial, in folder: String, of root: NodeRoot
  ) -> CertificateFile {
    if let path = material.path {
      return read(path.hasPrefix("/") ? path : "\(folder)/\(path)", of: root)
    }
    guard let bytes = material.embedded() else {
      return CertificateFile(
        problem: "no Base64", isMissing: false, at: material.place, isEmbedded: true)
    }
    return parse(bytes.bytes, at: material.place, isEmbedded: true)
  }

  /// Reads a caBundle: PEM in Base64.
  static func read(bundle: ConfigNode) -> CertificateFile {
    guard let bytes = bundle.decodedBase64() else {
      return CertificateFile(
        problem: "no Base64", isMissing: false, at: bundle.place, isEmbedded: true)
    }
    return parse(bytes.bytes, at: bundle.place, isEmbedded: true)
  }
}
