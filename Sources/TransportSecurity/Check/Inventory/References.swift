internal import ControlPlane

/// The files of certificates and keys that others name, and what for.
enum References {
  /// What a file is to whoever names it.
  enum Purpose: Hashable {
    /// A certificate to be shown, with the key's path.
    case certificate(Role)
    /// The key of a certificate.
    case key(Role)
    /// Authorities that are trusted.
    case authority(Role)
    /// What verifies service accounts' tokens.
    case serviceAccountPublic
    /// What signs them.
    case serviceAccountPrivate
  }

  /// A file that is named.
  struct Named {
    let reference: Inventory.Reference
    let purpose: Purpose
    /// The flag or field: `--tls-cert-file`.
    let name: String
    /// Which run or user names it, so that certificate and key find each other.
    let group: Int
  }

  /// A pair of flags for a certificate and its key.
  private struct Pair {
    let component: Component
    let certificate: String
    let key: String
    let role: Role
  }

  private static let pairs: [Pair] = [
    Pair(
      component: .apiServer, certificate: "tls-cert-file", key: "tls-private-key-file",
      role: .apiServer),
    Pair(
      component: .apiServer, certificate: "etcd-certfile", key: "etcd-keyfile",
      role: .apiServerEtcdClient),
    Pair(
      component: .apiServer, certificate: "kubelet-client-certificate", key: "kubelet-client-key",
      role: .apiServerKubeletClient),
    Pair(
      component: .apiServer, certificate: "proxy-client-cert-file", key: "proxy-client-key-file",
      role: .frontProxyClient),
    Pair(
      component: .controllerManager, certificate: "tls-cert-file", key: "tls-private-key-file",
      role: .controllerManagerServer),
    Pair(
      component: .controllerManager, certificate: "cluster-signing-cert-file",
      key: "cluster-signing-key-file", role: .clusterAuthority),
    Pair(
      component: .scheduler, certificate: "tls-cert-file", key: "tls-private-key-file",
      role: .schedulerServer),
    Pair(
      component: .kubelet, certificate: "tls-cert-file", key: "tls-private-key-file",
      role: .kubeletServer),
    Pair(component: .etcd, certificate: "cert-file", key: "key-file", role: .etcdServer),
    Pair(component: .etcd, certificate: "peer-cert-file", key: "peer-key-file", role: .etcdPeer),
  ]

  private static let authorities: [(Component, String, Role)] = [
    (.apiServer, "client-ca-file", .clusterAuthority),
    (.apiServer, "requestheader-client-ca-file", .frontProxyAuthority),
    (.apiServer, "etcd-cafile", .etcdAuthority),
    (.apiServer, "kubelet-certificate-authority", .authority),
    (.controllerManager, "root-ca-file", .serverAuthority),
    (.kubelet, "client-ca-file", .clusterAuthority),
    (.etcd, "trusted-ca-file", .etcdAuthority),
    (.etcd, "peer-trusted-ca-file", .etcdPeerAuthority),
  ]

  /// The field of kubeconfigs that names whom they trust.
  static let kubeconfigAuthority = "certificate-authority"

  static func all(in inventory: Inventory) -> [Named] {
    var found: [Named] = []
    var group = 0
    for run in inventory.components {
      group += 1
      let etcd = EtcdSettings(run: run, file: nil)
      if run.component != .etcd {
        found += references(of: run, group)
      } else if EtcdSettings.configurationFile(of: run) == nil {
        found += references(of: etcd, group)
      }
    }
    for kubelet in inventory.kubelets {
      group += 1
      found += references(of: kubelet, group)
    }
    for etcd in inventory.etcds {
      group += 1
      found += references(of: etcd, group)
    }
    for kubeconfig in inventory.kubeconfigs { found += references(of: kubeconfig, &group) }
    return found
  }

  private static func references(of run: ComponentRun, _ group: Int) -> [Named] {
    func named(_ flag: String, _ purpose: Purpose) -> [Named] {
      let written =
        flag == "service-account-key-file"
        ? run.flags.all(flag) : run.flags.last(flag).map { [$0] } ?? []
      return written.compactMap { occurrence in
        guard !occurrence.value.isEmpty,
          let path = run.location(of: occurrence.value).path
        else { return nil }
        return Named(
          reference: Inventory.Reference(path: path, place: occurrence.place), purpose: purpose,
          name: "--\(flag)", group: group)
      }
    }
    var found: [Named] = []
    for pair in pairs where pair.component == run.component {
      found += named(pair.certificate, .certificate(pair.role))
      found += named(pair.key, .key(pair.role))
    }
    for (component, flag, role) in authorities where component == run.component {
      found += named(flag, .authority(role))
    }
    switch run.component {
    case .apiServer:
      found += named("service-account-key-file", .serviceAccountPublic)
      found += named("service-account-signing-key-file", .serviceAccountPrivate)
    case .controllerManager:
      found += named("service-account-private-key-file", .serviceAccountPrivate)
    default: break
    }
    return found
  }

  private static func references(of kubelet: KubeletSettings, _ group: Int) -> [Named] {
    func named(_ flag: String, _ purpose: Purpose) -> [Named] {
      let setting = kubelet.setting(flag)
      guard setting.isSet, let place = setting.place else { return [] }
      return [
        Named(
          reference: Inventory.Reference(path: setting.value, place: place), purpose: purpose,
          name: setting.name, group: group)
      ]
    }
    return named("tls-cert-file", .certificate(.kubeletServer))
      + named("tls-private-key-file", .key(.kubeletServer))
      + named("client-ca-file", .authority(.clusterAuthority))
  }

  private static func references(of etcd: EtcdSettings, _ group: Int) -> [Named] {
    func named(_ flag: String, _ purpose: Purpose) -> [Named] {
      let setting = etcd.setting(flag)
      guard setting.isSet, let place = setting.place else { return [] }
      let path = etcd.run.map { $0.location(of: setting.value).path } ?? setting.value
      return path.map { path in
        [
          Named(
            reference: Inventory.Reference(path: path, place: place), purpose: purpose,
            name: setting.name, group: group)
        ]
      } ?? []
    }
    let pairs = pairs.filter { $0.component == .etcd }.flatMap { pair in
      named(pair.certificate, .certificate(pair.role)) + named(pair.key, .key(pair.role))
    }
    return pairs
      + authorities.filter { $0.0 == .etcd }.flatMap { named($0.1, .authority($0.2)) }
  }

  private static func references(
    of kubeconfig: Kubeconfig, _ group: inout Int
  ) -> [Named] {
    var found: [Named] = []
    func add(_ material: KubeconfigMaterial?, _ purpose: Purpose, _ name: String) {
      guard let material, let path = material.path else { return }
      found.append(
        Named(
          reference: Inventory.Reference(path: path, place: material.place), purpose: purpose,
          name: name, group: group))
    }
    for cluster in kubeconfig.clusters {
      add(
        cluster.certificateAuthority, .authority(.authority), kubeconfigAuthority)
    }
    for user in kubeconfig.users {
      group += 1
      let role = Role.client(ofKubeconfig: kubeconfig.file)
      add(user.clientCertificate, .certificate(role), "client-certificate")
      add(user.clientKey, .key(role), "client-key")
    }
    return found
  }
}
