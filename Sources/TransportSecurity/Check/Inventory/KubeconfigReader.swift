internal import ControlPlane
internal import CryptoCore
internal import Platform
internal import X509

/// Takes the certificates and keys out of kubeconfigs.
enum KubeconfigReader {
  /// - Parameter value: The value of an object that holds the kubeconfig; nil for a file of its own.
  static func bundles(
    of kubeconfig: Kubeconfig, _ identity: FileIdentity?, _ password: Span<UInt8>,
    in value: (place: Place, label: String)? = nil
  ) -> [CertificateBundle] {
    var bundles: [CertificateBundle] = []
    func add(
      _ kind: CertificateBundle.Kind, _ field: String, _ materials: [KubeconfigMaterial?]
    ) {
      let embedded = materials.compactMap(\.self).filter { $0.path == nil }
      func origin(_ place: Place) -> Origin {
        let place = value?.place ?? place
        return Origin(
          file: kubeconfig.file, line: place.line, column: place.column,
          field: value.map { "\($0.label), \(field)" } ?? field)
      }
      guard let place = embedded.first?.place else { return }
      var bundle = CertificateBundle(kind, origin(place), identity)
      for material in embedded {
        guard let bytes = material.embedded() else {
          bundle.addBroken(X509Error(.malformed, "broken Base64"), at: origin(material.place))
          continue
        }
        bundle.add(bytes.bytes, at: origin(material.place), password: password)
      }
      bundles.append(bundle)
    }
    for cluster in kubeconfig.clusters {
      add(.kubeconfigCluster, "cluster \(cluster.name)", [cluster.certificateAuthority])
    }
    for user in kubeconfig.users {
      add(.kubeconfigUser, "user \(user.name)", [user.clientCertificate, user.clientKey])
    }
    return bundles
  }
}
