/// How a component takes its command line apart.
public struct FlagSyntax: Sendable {
  /// The library that does it.
  public enum Library: Sendable {
    /// spf13/pflag with `_` for `-`, as Kubernetes' components set it up.
    case pflag
    /// The package `flag` of Go, as etcd uses it.
    case goFlag
  }

  /// The library.
  public let library: Library
  /// Flags that stand without a value, and never take the next word for one.
  public let switches: Set<String>
  /// Flags whose values are lists, to which every further occurrence adds.
  public let lists: Set<String>

  /// Describes one.
  public init(library: Library, switches: Set<String>, lists: Set<String> = []) {
    self.library = library
    self.switches = switches
    self.lists = lists
  }

  /// The syntax of a component, as far as its flags matter to transport and secrets.
  public static func of(_ component: Component) -> FlagSyntax {
    component.usesGoFlags
      ? FlagSyntax(library: .goFlag, switches: etcdSwitches)
      : FlagSyntax(library: .pflag, switches: kubernetesSwitches, lists: kubernetesLists)
  }

  /// Of etcd's flags, cipher-suites and the lists of URLs are replaced by a second occurrence.
  private static let etcdSwitches: Set<String> = [
    "auto-tls", "client-cert-auth", "debug", "enable-distributed-tracing", "enable-grpc-gateway",
    "enable-pprof", "enable-v2", "force-new-cluster", "h", "help", "initial-corrupt-check",
    "initial-election-tick-advance", "log-rotate", "peer-auto-tls", "peer-client-cert-auth",
    "peer-skip-client-san-verification", "pre-vote", "socket-reuse-address", "socket-reuse-port",
    "strict-reconfig-check", "unsafe-no-fsync", "version", "enable-log-rotation",
    "compact-hash-check-enabled", "memory-mlock", "enable-lease-checkpoint",
    "enable-lease-checkpoint-persist", "txn-mode-write-with-shared-buffer",
    "stop-grpc-service-on-defrag", "experimental-initial-corrupt-check",
    "experimental-compact-hash-check-enabled", "experimental-enable-distributed-tracing",
    "experimental-enable-lease-checkpoint", "experimental-enable-lease-checkpoint-persist",
    "experimental-memory-mlock", "experimental-peer-skip-client-san-verification",
    "experimental-stop-grpc-service-on-defrag", "experimental-txn-mode-write-with-shared-buffer",
  ]

  private static let kubernetesSwitches: Set<String> = [
    // All of them.
    "add-dir-header", "alsologtostderr", "contention-profiling", "disable-http2-serving", "help",
    "log-json-split-stream", "log-text-split-stream", "logtostderr", "one-output",
    "permit-address-sharing", "permit-port-sharing", "profiling", "skip-headers",
    "skip-log-headers", "version", "leader-elect", "authentication-skip-lookup",
    "authentication-tolerate-lookup-failure",
    // kube-apiserver.
    "aggregator-reject-forwarding-redirect", "allow-privileged", "anonymous-auth",
    "audit-log-batch-throttle-enable", "audit-log-compress", "audit-log-truncate-enabled",
    "audit-webhook-batch-throttle-enable", "audit-webhook-truncate-enabled",
    "emulation-forward-compatible", "enable-aggregator-routing", "enable-bootstrap-token-auth",
    "enable-garbage-collector", "enable-inflight-quota-handler", "enable-logs-handler",
    "enable-priority-and-fairness", "enable-swagger-ui",
    "encryption-provider-config-automatic-reload", "insecure-allow-any-token", "kubelet-https",
    "repair-malformed-updates", "runtime-config-emulation-forward-compatible",
    "service-account-extend-token-expiration", "service-account-lookup",
    "shutdown-send-retry-after", "watch-cache",
    // kube-controller-manager and cloud-controller-manager.
    "allocate-node-cidrs", "allow-untagged-cloud", "configure-cloud-routes",
    "disable-attach-detach-reconcile-sync", "disable-force-detach-on-timeout",
    "enable-dynamic-provisioning", "enable-hostpath-provisioner", "enable-leader-migration",
    "enable-taint-manager", "horizontal-pod-autoscaler-use-rest-clients",
    "use-service-account-credentials",
    // kubelet.
    "authentication-token-webhook", "cgroups-per-qos", "containerized", "cpu-cfs-quota",
    "enable-cadvisor-json-endpoints", "enable-controller-attach-detach",
    "enable-debugging-handlers", "enable-load-reader", "enable-server",
    "exit-on-lock-contention", "experimental-allocatable-ignore-eviction",
    "experimental-check-node-capabilities-before-mount", "experimental-kernel-memcg-notification",
    "fail-cgroupv1", "fail-swap-on", "keep-terminated-pod-volumes", "kernel-memcg-notification",
    "local-storage-capacity-isolation", "make-iptables-util-chains", "protect-kernel-defaults",
    "redirect-container-streaming", "register-node", "register-schedulable",
    "rotate-certificates", "rotate-server-certificates", "runonce", "seccomp-default",
    "serialize-image-pulls",
    // kube-proxy.
    "bind-address-hard-fail", "cleanup", "cleanup-ipvs", "init-only", "ipvs-strict-arp",
    "masquerade-all",
    // konnectivity.
    "delete-existing-uds-file", "enable-contention-profiling", "enable-profiling",
    "sync-forever", "warn-on-channel-limit", "count-server-leases", "enable-lease-controller",
  ]

  /// StringSlice and StringArray of pflag, and the maps that add up.
  private static let kubernetesLists: Set<String> = [
    "admission-control", "allowed-unsafe-sysctls", "api-audiences", "authorization-mode",
    "cluster-dns", "controllers", "cors-allowed-origins", "disable-admission-plugins",
    "enable-admission-plugins", "enable-metrics-label", "etcd-servers", "etcd-servers-overrides",
    "feature-gates", "goaway-chance-list", "kubelet-preferred-address-types", "node-labels",
    "oidc-required-claim", "oidc-signing-algs", "requestheader-allowed-names",
    "requestheader-extra-headers-prefix", "requestheader-group-headers",
    "requestheader-uid-headers", "requestheader-username-headers", "runtime-config",
    "service-account-issuer", "service-account-key-file", "strict-transport-security-directives",
    "tls-cipher-suites", "tls-sni-cert-key", "watch-cache-sizes", "authentication-issuers",
    "authorization-always-allow-paths", "cipher-suites",
  ]
}
