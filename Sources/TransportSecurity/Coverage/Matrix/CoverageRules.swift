public import Findings

/// What `tls coverage` looks for.
public enum CoverageRules {
  static let etcdPlaintext = Rule(
    "tls/link-etcd-plaintext", .critical, "etcd is talked to in the clear",
    why:
      "Every Secret goes over this link, and whoever reaches the port reads and writes all of it.",
    fix: "Give etcd --cert-file, --key-file and https:// URLs, and kube-apiserver https:// in "
      + "--etcd-servers.",
    controls: [.cis("2.1"), .nsa("5.1"), .kubernetes(109), .kubernetes(112)])
  static let etcdOpen = Rule(
    "tls/link-etcd-open", .critical, "etcd takes clients without a certificate",
    why: "Whoever reaches the port reads and writes every object, past the API server.",
    fix: "Set --client-cert-auth=true and --trusted-ca-file to a CA that signs for etcd alone.",
    controls: [
      .cis("2.2"), .checklist("etcd mutual TLS with its own CA"), .kubernetes(110),
    ])
  static let etcdPeerPlaintext = Rule(
    "tls/link-etcd-peer-plaintext", .critical, "etcd's members talk to each other in the clear",
    why: "Every Secret is copied over this link.",
    fix: "Give etcd --peer-cert-file, --peer-key-file and https:// peer URLs.",
    controls: [.cis("2.4"), .kubernetes(111)])
  static let etcdPeerOpen = Rule(
    "tls/link-etcd-peer-open", .high, "etcd takes members without a certificate",
    why: "Whoever reaches the port can take part in the cluster and gets a copy of everything.",
    fix: "Set --peer-client-cert-auth=true and --peer-trusted-ca-file.",
    controls: [.cis("2.5"), .kubernetes(111)])
  static let etcdAutoTLS = Rule(
    "tls/link-etcd-auto-tls", .high, "etcd makes its certificate itself",
    why: "Nobody can verify it, so that whoever gets in between is taken for etcd.",
    fix: "Leave --auto-tls and --peer-auto-tls out, and name certificates of a CA.",
    controls: [.cis("2.3"), .cis("2.6")])
  static let etcdNotVerified = Rule(
    "tls/link-etcd-not-verified", .high, "kube-apiserver does not say whom it trusts for etcd",
    why: "Without --etcd-cafile the CAs of the image count: any public CA can sign for etcd.",
    fix: "Set --etcd-cafile to etcd's CA.", controls: [.cis("1.2.26"), .kubernetes(112)])
  static let etcdNoClientCertificate = Rule(
    "tls/link-etcd-no-client-certificate", .high, "kube-apiserver has no certificate for etcd",
    why: "etcd refuses it, or takes clients without one.",
    fix: "Set --etcd-certfile and --etcd-keyfile.", controls: [.cis("1.2.23"), .kubernetes(112)])
  static let insecurePort = Rule(
    "tls/link-insecure-port", .critical, "A component serves a port without TLS",
    why: "On the API server's every request is let through as cluster-admin; the others show "
      + "metrics and profiles.",
    fix: "Set --insecure-port=0 (kube-apiserver) or --port=0 (the others), or leave the versions "
      + "behind that have them.",
    controls: [.nsa("5.0"), .kubernetes(124)])
  static let noClientCA = Rule(
    "tls/link-no-client-ca", .high, "kube-apiserver knows no CA for clients",
    why: "Nobody can show a certificate: components fall back to tokens, or are anonymous.",
    fix: "Set --client-ca-file.", controls: [.cis("1.2.25"), .kubernetes(119)])
  static let anonymous = Rule(
    "tls/link-anonymous-requests", .low, "kube-apiserver takes requests without credentials",
    why: "They are system:anonymous: what RBAC gives to that name is open to whoever reaches the "
      + "port.",
    fix:
      "Set --anonymous-auth=false, or let only health checks in by an AuthenticationConfiguration "
      + "(1.31).",
    controls: [.cis("1.2.1"), .nsa("7.0")])
  static let alwaysAllow = Rule(
    "tls/link-always-allow", .critical, "Every request is allowed",
    why: "Whoever reaches the port has the rights of an administrator, credentials or not.",
    fix: "Set --authorization-mode=Node,RBAC (kubelet: Webhook).",
    controls: [.cis("1.2.6"), .cis("4.2.2"), .nsa("7.1")])
  static let kubeletNotVerified = Rule(
    "tls/link-kubelet-not-verified", .medium, "kube-apiserver does not verify kubelets",
    why: "Whoever gets in between reads what exec, logs and port-forward carry, Secrets included.",
    fix: "Set --kubelet-certificate-authority, and have kubelets' serving certificates signed "
      + "(serverTLSBootstrap).",
    controls: [.cis("1.2.5"), .kubernetes(121)])
  static let kubeletNoClientCertificate = Rule(
    "tls/link-kubelet-no-client-certificate", .high,
    "kube-apiserver has no certificate for kubelets",
    why: "It is anonymous to them: either they refuse it, or they take anybody.",
    fix: "Set --kubelet-client-certificate and --kubelet-client-key.",
    controls: [.cis("1.2.4"), .kubernetes(120)])
  static let kubeletAnonymous = Rule(
    "tls/link-kubelet-anonymous", .high, "A kubelet takes requests without credentials",
    why:
      "Whoever reaches the port is let in, and authorization alone decides what comes next: with "
      + "AlwaysAllow, commands in every pod of the node and its Secrets.",
    fix: "Set authentication.anonymous.enabled: false, and authorization.mode: Webhook.",
    controls: [.cis("4.2.1")])
  static let kubeletNoClientCA = Rule(
    "tls/link-kubelet-no-client-ca", .high, "A kubelet knows no CA for clients",
    why: "It cannot tell the API server from others.",
    fix: "Set authentication.x509.clientCAFile.", controls: [.cis("4.2.3")])
  static let kubeletReadOnlyPort = Rule(
    "tls/link-kubelet-read-only-port", .high, "A kubelet serves its read-only port",
    why: "Without TLS and credentials it tells every pod of the node, with its environment.",
    fix: "Set readOnlyPort: 0.", controls: [.cis("4.2.4")])
  static let kubeletNoRotation = Rule(
    "tls/link-kubelet-no-rotation", .low, "A kubelet does not renew its client certificate",
    why: "The node is gone on the day that the certificate ends.",
    fix: "Set rotateCertificates: true.", controls: [.cis("4.2.10"), .kubernetes(142)])
  static let frontProxyNames = Rule(
    "tls/link-front-proxy-names", .medium, "Any certificate of the front proxy's CA may name users",
    why: "With --requestheader-allowed-names empty, whoever has one may be anybody.",
    fix: "Set --requestheader-allowed-names=front-proxy-client.", controls: [.kubernetes(122)])
  static let weakProtocol = Rule(
    "tls/link-weak-protocol", .high, "A server takes TLS 1.0 or 1.1",
    why: "Both are broken and deprecated (RFC 8996).",
    fix: "Leave the flag for the minimum version out, or set VersionTLS12 or VersionTLS13.",
    controls: [.cis("1.2.29"), .kubernetes(116)])
  static let weakCiphers = Rule(
    "tls/link-weak-ciphers", .medium, "A server takes cipher suites that Kubernetes calls insecure",
    why: "RC4, 3DES, and CBC with SHA-256 are weak; RSA key exchange has no forward secrecy.",
    fix: "Leave them out of the list of suites, or leave the list out.",
    controls: [.cis("1.2.29"), .cis("4.2.12"), .kubernetes(117)])
  static let oldCiphers = Rule(
    "tls/link-old-default-ciphers", .low, "A server takes the suites of an old version of Go",
    why: "Before Kubernetes 1.32 the defaults include 3DES, before 1.30 RSA key exchange besides.",
    fix: "Name the suites with --tls-cipher-suites, or move to 1.32 or later.",
    controls: [.cis("1.2.29"), .kubernetes(117), .kubernetes(118)])
  static let refusedFlags = Rule(
    "tls/link-refused-flags", .high, "A component does not start with its flags",
    why: "It has run with others until now, and is gone with the next restart.",
    fix: "Mend the flag.")
  static let servesOutside = Rule(
    "tls/link-serves-outside", .low, "A component serves on every address",
    why: "Nobody outside the host needs the port of the controller manager or the scheduler.",
    fix: "Set --bind-address=127.0.0.1.", controls: [.cis("1.3.7"), .cis("1.4.2")])
  static let ingressPlaintext = Rule(
    "tls/link-ingress-plaintext", .medium, "An Ingress is served without TLS",
    why: "What clients send and get can be read on the way, passwords and cookies included.",
    fix: "Add spec.tls with a Secret for the hosts.")
  static let backendPlaintext = Rule(
    "tls/link-ingress-backend-plaintext", .low, "An Ingress reaches its backend in the clear",
    why: "What clients sent under TLS goes over the cluster's network as it is.",
    fix: "Serve TLS in the backend and ask the controller for it (for ingress-nginx: "
      + "backend-protocol: HTTPS and proxy-ssl-verify: \"on\"), or encrypt the network.")
  static let tracingPlaintext = Rule(
    "tls/link-tracing-plaintext", .low, "Traces leave the host in the clear",
    why: "Components send them by gRPC without TLS: names and paths of requests can be read.",
    fix: "Run a collector on the host, and set the endpoint to localhost.")
  static let brokenLink = Rule(
    "tls/link-broken", .high, "The certificates on the two ends of a link do not fit",
    why: "The client refuses the server, or the server the client: at the latest when they "
      + "reconnect.",
    fix:
      "Issue the certificate by the CA that the other end trusts, with the names and usages that "
      + "it looks for.")
  static let nodeDiffers = Rule(
    "tls/node-differs", .high, "A node of the control plane is set up in another way",
    why: "What the others guard against, or trust, this one does not: clients reach any of them.",
    fix: "Give it the flags and certificates of the others, or those of this one to all.")
  static let datastorePlaintext = Rule(
    "tls/link-datastore-plaintext", .critical, "k3s talks to its database in the clear",
    why: "Every Secret goes over this link, past the API server.",
    fix: "Set --datastore-cafile and let the database serve TLS; for PostgreSQL "
      + "sslmode=verify-full, for MySQL tls=true.",
    controls: [.nsa("5.1")])
  static let datastoreNotVerified = Rule(
    "tls/link-datastore-not-verified", .high, "k3s does not verify its database",
    why: "Whoever gets in between is taken for the database, and reads and writes every Secret.",
    fix: "Set --datastore-cafile; for PostgreSQL sslmode=verify-full, for MySQL tls=true.",
    controls: [.nsa("5.1")])
  static let startedTwice = Rule(
    "tls/started-twice", .medium, "Two static pods start the same component",
    why: "The kubelet takes every file of the folder, backups too, and nobody can say which of the "
      + "two it runs; the first one is judged.",
    fix: "Move what is not meant to run out of the folder. Give each node's files a folder of "
      + "their own.")
  static let tunnelOpen = Rule(
    "tls/link-tunnel-open", .high, "konnectivity-server takes anybody",
    why: "Whoever reaches the port passes for the API server or an agent, and gets to kubelets and "
      + "pods, or between them and the API server.",
    fix: "Set --server-ca-cert for the API server, and --cluster-ca-cert or "
      + "--authentication-audience for the agents.")
  static let unreadable = Rule(
    "tls/unreadable-file", .medium, "A file of the control plane could not be read",
    why: "What it says is unknown, and so are the links that it is about.",
    fix: "Mend the file, or run as a user who can read it.")

  /// All of them.
  public static let all: [Rule] = [
    etcdPlaintext, etcdOpen, etcdPeerPlaintext, etcdPeerOpen, etcdAutoTLS,
    etcdNotVerified, etcdNoClientCertificate, insecurePort, noClientCA,
    anonymous, alwaysAllow, kubeletNotVerified, kubeletNoClientCertificate, kubeletAnonymous,
    kubeletNoClientCA, kubeletReadOnlyPort, kubeletNoRotation,

    frontProxyNames, weakProtocol, weakCiphers, oldCiphers, refusedFlags,
    servesOutside, ingressPlaintext, backendPlaintext, tracingPlaintext,
    brokenLink, nodeDiffers, startedTwice, tunnelOpen, datastorePlaintext,
    datastoreNotVerified, unreadable,
  ]
}
