/// What flags of Kubernetes' components are when nobody sets them (kubernetes/kubernetes:
/// staging/src/k8s.io/apiserver/pkg/server/options/serving.go and authentication.go,
/// pkg/kubeapiserver/options, pkg/cluster/ports/ports.go).
public enum ComponentDefaults {
  /// A component's setting: its flag, else the default of its version.
  ///
  /// - Returns: A setting with an empty value where neither is known to be anything.
  public static func setting(_ flag: String, of run: ComponentRun) -> Setting {
    if let found = run.flags.setting(flag) { return found }
    let value = defaultValue(flag, of: run.component, version: run.version) ?? ""
    return Setting(
      value, .defaultValue(value.isEmpty ? "no --\(flag)" : "--\(flag) is \(value) by default"))
  }

  /// The default of a flag; nil where it has none, or none that is known.
  ///
  /// - Parameter version: Nil for one that is not known: then the newest.
  public static func defaultValue(
    _ flag: String, of component: Component, version: KubernetesVersion?
  ) -> String? {
    switch (component, flag) {
    case (.apiServer, "anonymous-auth"): "true"
    case (.apiServer, "authorization-mode"): "AlwaysAllow"
    case (.apiServer, "bind-address"), (.controllerManager, "bind-address"),
      (.scheduler, "bind-address"):
      "0.0.0.0"
    case (.apiServer, "secure-port"): "6443"
    case (.controllerManager, "secure-port"): "10257"
    case (.scheduler, "secure-port"): "10259"
    case (.apiServer, "cert-dir"): "/var/run/kubernetes"
    case (.apiServer, "etcd-servers"), (.apiServer, "client-ca-file"): nil
    // Ports without TLS: closed for good in 1.20 (kubernetes/kubernetes#95856), 1.22 (#96216) and
    // 1.23 (#96345); before, the API server's was on 127.0.0.1, the others' on every address.
    case (.apiServer, "insecure-port"): isBefore(version, 1, 20) ? "8080" : "0"
    case (.controllerManager, "port"): isBefore(version, 1, 22) ? "10252" : "0"
    case (.scheduler, "port"): isBefore(version, 1, 23) ? "10251" : "0"
    case (_, "tls-min-version"): "VersionTLS12"
    case (_, "profiling"): "true"
    default: nil
    }
  }

  private static func isBefore(_ version: KubernetesVersion?, _ major: Int, _ minor: Int) -> Bool {
    version.map { $0 < KubernetesVersion(major, minor) } ?? false
  }
}
