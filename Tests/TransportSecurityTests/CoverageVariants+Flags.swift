/// Flags and fields that are removed, set wrong, or repeated.
extension CoverageVariantTests {
  private static func all(_ link: String, _ state: String, _ cells: [String]) -> [String] {
    cells.map { "\(link)/\($0)=\(state)" }
  }

  private static let mutual = ["encrypted", "server verified", "client authenticated"]

  static let etcd: [Variant] = [
    Variant(
      .set("etcd-servers", "http://127.0.0.1:2379", in: api),
      all("apiserver-etcd", "bad", ["encrypted", "server verified"])
        + ["apiserver-etcd/certificate=gone", "apiserver-etcd/protocol and ciphers=gone"],
      ["etcd-plaintext"]),
    Variant(
      .remove("etcd-cafile", in: api), ["apiserver-etcd/server verified=weak"],
      ["etcd-not-verified"]),
    Variant(
      .set("etcd-cafile", "/etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-etcd/server verified=bad"], ["broken"]),
    // The last one counts.
    Variant(
      .add("--etcd-cafile=/etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-etcd/server verified=bad"], ["broken"]),
    Variant(
      .add("--etcd-cafile /etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-etcd/server verified=bad"], ["broken"]),
    Variant(
      .add("--etcd_cafile=/etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-etcd/server verified=bad"], ["broken"]),
    // Behind a lone `--` there are no flags, and words that are none are refused.
    Variant(
      .add("-- --etcd-cafile=/etc/kubernetes/pki/ca.crt", in: api), [], ["refused-flags"]),
    Variant(.add("--anonymous-auth false", in: api), [], ["refused-flags"]),
    Variant(.add("2>&1", in: api), []),
    // A value that looks like a flag is none.
    Variant(.add("--token-auth-file --etcd-cafile=/etc/kubernetes/pki/ca.crt", in: api), []),
    Variant(
      .set("etcd-cafile", "/etc/other/ca.crt", in: api),
      ["apiserver-etcd/server verified=unknown"]),
    Variant(
      .remove("etcd-certfile", in: api), ["apiserver-etcd/client authenticated=bad"],
      ["etcd-no-client-certificate"]),
    Variant(
      .set("etcd-certfile", "/etc/kubernetes/pki/apiserver-kubelet-client.crt", in: api),
      ["apiserver-etcd/client authenticated=bad"], ["broken"]),
    // Lists of addresses add up: one in the clear is enough.
    Variant(
      .add("--etcd-servers=http://127.0.0.1:2379", in: api),
      all("apiserver-etcd", "bad", ["encrypted", "server verified"])
        + ["apiserver-etcd/certificate=gone", "apiserver-etcd/protocol and ciphers=gone"],
      ["etcd-plaintext"]),
    // A trusted CA alone has etcd ask for certificates.
    Variant(.set("client-cert-auth", "false", in: "etcd"), []),
    Variant(.remove("client-cert-auth", in: "etcd"), []),
    Variant(.remove("trusted-ca-file", in: "etcd"), ["apiserver-etcd/client authenticated=weak"]),
    Variant(
      .edit(
        "etc/kubernetes/manifests/etcd.yaml",
        "    - --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt\n    image",
        "    - --client-cert-auth=false\n    image"),
      ["apiserver-etcd/client authenticated=bad"], ["etcd-open"]),
    // etcd's own package does not take `_` for `-`, and stops at the first word that is no flag.
    Variant(.add("word --client-cert-auth=false", in: "etcd"), [], ["refused-flags"]),
    Variant(
      .set("listen-client-urls", "http://127.0.0.1:2379", in: "etcd"),
      ["apiserver-etcd/encrypted=bad"], ["etcd-plaintext"]),
    // One address in the clear is enough.
    Variant(
      .add("--listen-client-urls=https://127.0.0.1:2379,http://0.0.0.0:2379", in: "etcd"),
      ["apiserver-etcd/encrypted=bad"], ["etcd-plaintext"]),
    Variant(
      .add(
        "--etcd-servers-overrides=/events#https://127.0.0.1:2379;http://127.0.0.1:3379", in: api),
      all("apiserver-etcd", "bad", ["encrypted", "server verified"])
        + ["apiserver-etcd/certificate=gone", "apiserver-etcd/protocol and ciphers=gone"],
      ["etcd-plaintext"]),
    Variant(
      .set("listen-peer-urls", "http://192.0.2.11:2380", in: "etcd"),
      all("etcd-peer", "bad", ["encrypted", "server verified"]), ["etcd-peer-plaintext"]),
    // Nobody else reaches it.
    Variant(
      .set("listen-peer-urls", "http://127.0.0.1:2380", in: "etcd"),
      all("etcd-peer", "weak", ["encrypted", "server verified"])),
    Variant(
      .remove("peer-trusted-ca-file", in: "etcd"),
      ["etcd-peer/server verified=bad", "etcd-peer/client authenticated=weak"]),
    Variant(
      .set("peer-cert-file", "/etc/kubernetes/pki/etcd/other.crt", in: "etcd"),
      ["etcd-peer/certificate=unknown"]),
    Variant(
      .set("listen-metrics-urls", "http://0.0.0.0:2381", in: "etcd"),
      all("etcd-metrics", "bad", ["encrypted", "client authenticated"]),
      ["tls/port-plain-metrics"]),
    // Served beside the others, and without TLS past every certificate.
    Variant(
      .add("--listen-client-http-urls=http://127.0.0.1:2382", in: "etcd"),
      ["apiserver-etcd/encrypted=bad"], ["etcd-plaintext"]),
    Variant(.add("--listen-client-http-urls=https://127.0.0.1:2382", in: "etcd"), []),
    // etcd does not start so.
    Variant(
      .remove("cert-file", in: "etcd"), ["apiserver-etcd/certificate=bad"], ["refused-flags"]),
    Variant(
      .remove("peer-cert-file", in: "etcd"), ["etcd-peer/certificate=bad"], ["refused-flags"]),
    Variant(.remove("key-file", in: "etcd"), [], ["refused-flags"]),
    Variant(.remove("peer-key-file", in: "etcd"), [], ["refused-flags"]),
    Variant(
      .edit(
        "etc/kubernetes/manifests/etcd.yaml", "initial-advertise-peer-urls=https:",
        "initial-advertise-peer-urls=http:"), [], ["broken"]),
    // A socket does not leave the host.
    Variant(.add("--etcd-servers=unix:///run/kine.sock", in: api), []),
    // A member that is not at hand: the one that is answers to its own name alone.
    Variant(
      .set("etcd-servers", "https://192.0.2.11:2379,https://192.0.2.12:2379", in: api),
      ["apiserver-etcd/client authenticated=unknown"]),
    // Variables that are not at hand can set nothing that flags set.
    Variant(
      .edit(
        "etc/kubernetes/manifests/etcd.yaml", "    image: ",
        "    envFrom: [{configMapRef: {name: e}}]\n    image: "), []),
    Variant(
      .add("--tls-min-version=TLS1.1", in: "etcd"),
      ["apiserver-etcd/protocol and ciphers=unknown", "etcd-peer/protocol and ciphers=unknown"],
      ["refused-flags"]),
    Variant(
      .add("--cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA", in: "etcd"),
      ["apiserver-etcd/protocol and ciphers=weak", "etcd-peer/protocol and ciphers=weak"],
      ["weak-ciphers"]),
    Variant(
      .add("--cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA --tls-min-version=TLS1.3", in: "etcd"), []),
  ]

  static let apiServer: [Variant] = [
    Variant(
      .remove("client-ca-file", in: api),
      ["client-apiserver/client authenticated=weak"] + clients("bad"), ["no-client-ca"]),
    Variant(
      .set("client-ca-file", "/etc/kubernetes/pki/etcd/ca.crt", in: api),
      clients("bad") + ["apiserver-etcd/client authenticated=weak"],
      ["broken", "tls/etcd-ca-shared"]),
    Variant(
      .remove("tls-cert-file", in: api),
      ["client-apiserver/certificate=unknown", "client-apiserver/server verified=bad"]
        + clients("unknown", "certificate"), ["refused-flags"]),
    Variant(
      .set("tls-cert-file", "/etc/kubernetes/pki/front-proxy-client.crt", in: api),
      clients("bad", "server verified") + ["client-apiserver/server verified=bad"],
      ["broken", "tls/names-missing"]),
    Variant(
      .set("authorization-mode", "RBAC,AlwaysAllow", in: api),
      ["client-apiserver/client authenticated=bad"], ["always-allow"]),
    Variant(
      .add("--authorization-mode=AlwaysAllow", in: api),
      ["client-apiserver/client authenticated=bad"], ["always-allow"]),
    Variant(.add("--anonymous-auth=false", in: api), []),
    Variant(
      .add("--tls-min-version=VersionTLS10", in: api), floors("bad"), ["weak-protocol"]),
    Variant(.add("--tls-min-version=VersionTLS10 --tls-min-version=VersionTLS13", in: api), []),
    Variant(.add("--tls-min-version=1.2", in: api), floors("unknown"), ["refused-flags"]),
    Variant(
      .add(
        "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_GCM_SHA256",
        in: api),
      floors("weak"), ["weak-ciphers"]),
    Variant(
      .add("--tls-cipher-suites=TLS_NONE", in: api), [], ["refused-flags"]),
    Variant(
      .edit(
        "etc/kubernetes/manifests/kube-apiserver.yaml", "kube-apiserver:v1.34.2",
        "kube-apiserver:v1.28.9"),
      floors("weak") + [
        "apiserver-kubelet/protocol and ciphers=weak",
        "controller-manager-serving/protocol and ciphers=weak",
        "scheduler-serving/protocol and ciphers=weak",
      ], ["old-default-ciphers"]),
    Variant(
      .edit(
        "etc/kubernetes/manifests/kube-apiserver.yaml", "kube-apiserver:v1.34.2",
        "kube-apiserver:v1.19.0"),
      floors("weak") + [
        "apiserver-kubelet/protocol and ciphers=weak",
        "controller-manager-serving/protocol and ciphers=weak",
        "scheduler-serving/protocol and ciphers=weak",
      ] + all("kube-apiserver-insecure-port", "bad", mutual),
      ["insecure-port", "old-default-ciphers"]),
    Variant(
      .remove("requestheader-allowed-names", in: api),
      ["apiserver-front-proxy/client authenticated=weak"], ["front-proxy-names"]),
    Variant(
      .set("requestheader-allowed-names", "other", in: api),
      ["apiserver-front-proxy/client authenticated=bad"], ["broken"]),
    // Repeated names add up.
    Variant(.add("--requestheader-allowed-names=other", in: api), []),
    Variant(
      .remove("proxy-client-cert-file", in: api),
      ["apiserver-front-proxy/client authenticated=bad"], ["broken"]),
    Variant(
      .set("requestheader-client-ca-file", "/etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-front-proxy/client authenticated=bad"], ["broken", "tls/front-proxy-ca-shared"]),
    Variant(
      .add("--audit-webhook-config-file=/etc/kubernetes/audit.conf", in: api),
      all("apiserver-audit", "unknown", mutual)),
    Variant(.add("-x", in: api), [], ["refused-flags"]),
    // An empty value adds nothing to the list.
    Variant(.add("--requestheader-allowed-names=", in: api), []),
    Variant(.remove("tls-private-key-file", in: api), [], ["refused-flags"]),
    Variant(.remove("etcd-keyfile", in: api), [], ["refused-flags"]),
    Variant(.remove("kubelet-client-key", in: api), [], ["refused-flags"]),
    // Ports that are gone keep it from starting, and open nothing.
    Variant(.add("--insecure-port=8080", in: api), [], ["refused-flags"]),
    Variant(.add("--insecure-port=0", in: api), [], ["refused-flags"]),
    // Files that are not at hand may allow everything, and let anybody in.
    Variant(
      .add("--authorization-config=/gone", in: api),
      ["client-apiserver/client authenticated=unknown"]),
    Variant(
      .add("--authentication-config=/gone", in: api),
      ["client-apiserver/client authenticated=unknown"]),
    Variant(
      .add("--oidc-issuer-url=http://i.example.com", in: api),
      all("apiserver-oidc", "bad", ["encrypted", "server verified"]), ["refused-flags"]),
    Variant(
      .write(
        "etc/kubernetes/manifests/kube-apiserver.yaml.bak",
        "{kind: Pod, spec: {containers: [{command: [kube-apiserver]}]}}"),
      [], ["tls/started-twice"]),
    Variant(.add("--profiling", in: api), []),
  ]

  /// The clients that have a kubeconfig.
  static func clients(_ state: String, _ cell: String = "client authenticated") -> [String] {
    ["kubeconfig", "kubelet", "controller-manager", "scheduler"].map {
      "\($0)-apiserver/\(cell)=\(state)"
    }
  }

  static func floors(_ state: String) -> [String] {
    clients(state, "protocol and ciphers") + ["client-apiserver/protocol and ciphers=\(state)"]
  }

  static let kubelets: [Variant] = [
    Variant(
      .add("--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt", in: api),
      ["apiserver-kubelet/server verified=bad"].filter { _ in false }, ["broken"]),
    Variant(
      .remove("kubelet-client-certificate", in: api),
      ["apiserver-kubelet/client authenticated=bad"], ["kubelet-no-client-certificate"]),
    Variant(
      .edit(kubelet, "anonymous:\n    enabled: false", "anonymous:\n    enabled: true"),
      ["apiserver-kubelet/client authenticated=weak"], ["kubelet-anonymous"]),
    Variant(
      .edit(kubelet, "  anonymous:\n    enabled: false\n", ""), []),
    Variant(
      .edit(kubelet, "mode: Webhook", "mode: AlwaysAllow"),
      ["apiserver-kubelet/client authenticated=weak"], ["always-allow"]),
    Variant(
      .edit(kubelet, "clientCAFile: /etc/kubernetes/pki/ca.crt", "clientCAFile: \"\""),
      ["apiserver-kubelet/client authenticated=bad"], ["kubelet-no-client-ca"]),
    Variant(
      .edit(kubelet, "cgroupDriver: systemd", "readOnlyPort: 10255"),
      all("kubelet-read-only", "bad", mutual), ["kubelet-read-only-port"]),
    Variant(
      .edit(kubelet, "cgroupDriver: systemd", "tlsMinVersion: VersionTLS11"),
      ["apiserver-kubelet/protocol and ciphers=bad"], ["weak-protocol"]),
    Variant(
      .edit(kubelet, "cgroupDriver: systemd", "tlsCipherSuites: [TLS_RSA_WITH_RC4_128_SHA]"),
      ["apiserver-kubelet/protocol and ciphers=weak"], ["weak-ciphers"]),
    // Flags win over the file.
    Variant(
      .edit("var/lib/kubelet/kubeadm-flags.env", "\"--pod", "\"--anonymous-auth=true --pod"),
      ["apiserver-kubelet/client authenticated=weak"], ["kubelet-anonymous"]),
    Variant(
      .write("etc/default/kubelet", "KUBELET_EXTRA_ARGS='--read-only-port=10255'\n"),
      all("kubelet-read-only", "bad", mutual), ["kubelet-read-only-port"]),
    Variant(.edit(kubelet, "rotateCertificates: true\n", ""), [], ["kubelet-no-rotation"]),
    Variant(
      .edit("var/lib/kubelet/kubeadm-flags.env", "\"--pod", "\"--rotate-certificates=false --pod"),
      [], ["kubelet-no-rotation"]),
    // Without its file, the kubelet's defaults depend on what is not known.
    Variant(
      .delete(kubelet),
      all("apiserver-kubelet", "unknown", ["client authenticated", "protocol and ciphers"])),
    // A file that lies about, and no flag that names it: the flag may stand elsewhere.
    Variant(
      .edit(
        "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "$KUBELET_CONFIG_ARGS ", ""),
      all("apiserver-kubelet", "unknown", ["client authenticated", "protocol and ciphers"])),
    Variant(
      .edit("etc/kubernetes/kubelet.conf", "server: https://", "server: http://"),
      all("kubelet-apiserver", "bad", mutual), ["tls/plain-http"]),
    Variant(
      .edit(
        "etc/kubernetes/kubelet.conf", "    server:",
        "    insecure-skip-tls-verify: true\n    server:"),
      ["kubelet-apiserver/server verified=bad"], ["tls/skip-verify"]),
    Variant(
      .write(
        "etc/kubernetes/bootstrap-kubelet.conf",
        "{kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}], "
          + "clusters: [{name: a, cluster: {server: 'https://api.example.com:6443', "
          + "insecure-skip-tls-verify: true}}], users: [{name: a, user: {token: x}}]}"),
      [
        "kubelet-bootstrap/encrypted=good", "kubelet-bootstrap/server verified=bad",
        "kubelet-bootstrap/client authenticated=good", "kubelet-bootstrap/certificate=good",
        "kubelet-bootstrap/protocol and ciphers=good",
      ], ["tls/skip-verify"]),
    Variant(
      .delete("etc/kubernetes/kubelet.conf"),
      all("kubelet-apiserver", "unknown", mutual) + [
        "kubelet-apiserver/certificate=gone", "kubelet-apiserver/protocol and ciphers=gone",
      ]),
  ]

  static let controllers: [Variant] = [
    Variant(
      .remove("bind-address", in: controller), [], ["serves-outside"]),
    Variant(
      .set("bind-address", "0.0.0.0", in: "kube-scheduler"), [], ["serves-outside"]),
    Variant(
      .remove("authentication-kubeconfig", in: controller),
      ["controller-manager-serving/client authenticated=weak"]),
    Variant(
      .add("--tls-min-version=VersionTLS11", in: "kube-scheduler"),
      ["scheduler-serving/protocol and ciphers=bad"], ["weak-protocol"]),
    Variant(
      .edit("etc/kubernetes/scheduler.conf", "192.0.2.11", "192.0.2.99"),
      ["scheduler-apiserver/server verified=bad"], ["broken"]),
    Variant(
      .edit(
        "etc/kubernetes/scheduler.conf", "    server:",
        "    tls-server-name: api.example.com\n    server:"),
      []),
    // It counts instead of the kubeconfig's server.
    Variant(
      .add("--master=http://192.0.2.11:8080", in: controller),
      all("controller-manager-apiserver", "bad", mutual), ["tls/plain-http"]),
    Variant(.add("--master=https://192.0.2.11:6443", in: controller), []),
    Variant(
      .set("kubeconfig", "/etc/kubernetes/other.conf", in: "kube-scheduler"),
      all("scheduler-apiserver", "unknown", mutual)
        + ["scheduler-apiserver/certificate=gone", "scheduler-apiserver/protocol and ciphers=gone"]),
  ]

  static let certificates: [Variant] = [
    // Without a kubeconfig nobody knows whom clients trust.
    Variant(
      .delete("etc/kubernetes/admin.conf"),
      ["client-apiserver/server verified=unknown"]
        + (mutual + ["certificate", "protocol and ciphers"]).map {
          "kubeconfig-apiserver/\($0)=gone"
        }),
    Variant(
      .swap("\(pki)/apiserver.crt", with: "\(pki)/etcd/server.crt"),
      clients("bad", "server verified") + ["client-apiserver/server verified=bad"], ["broken"]),
    Variant(
      .swap("\(pki)/etcd/ca.crt", with: "\(pki)/ca.crt"),
      [
        "apiserver-etcd/server verified=bad", "apiserver-etcd/client authenticated=bad",
        "etcd-peer/server verified=bad", "etcd-peer/client authenticated=bad",
      ],
      ["broken", "tls/etcd-ca-shared"]),
    Variant(
      .delete("\(pki)/apiserver.crt"),
      ["client-apiserver/certificate=unknown", "client-apiserver/server verified=unknown"]
        + clients("unknown", "certificate")),
    Variant(
      .delete("\(pki)/etcd/ca.crt"),
      [
        "apiserver-etcd/server verified=unknown", "apiserver-etcd/client authenticated=unknown",
        "etcd-peer/server verified=unknown", "etcd-peer/client authenticated=unknown",
      ]),
    Variant(
      .write("\(pki)/etcd/ca.crt", "nothing\n"),
      [
        "apiserver-etcd/server verified=bad", "apiserver-etcd/client authenticated=bad",
        "etcd-peer/server verified=bad", "etcd-peer/client authenticated=bad",
      ],
      ["broken"]),
    Variant(
      .swap("\(pki)/apiserver-etcd-client.crt", with: "\(pki)/front-proxy-client.crt"),
      ["apiserver-etcd/client authenticated=bad"], ["broken"]),
    // A server's certificate is not one for a client.
    Variant(
      .swap("\(pki)/apiserver-kubelet-client.crt", with: "\(pki)/apiserver.crt"),
      ["apiserver-kubelet/client authenticated=bad"], ["broken"]),
    Variant(
      .swap("\(pki)/front-proxy-client.crt", with: "\(pki)/apiserver-kubelet-client.crt"),
      ["apiserver-front-proxy/client authenticated=bad"], ["broken"]),
  ]
}
