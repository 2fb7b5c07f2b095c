public import Findings

extension TransportRules {
  static let authorities: [Rule] = [
    foreignIssuer, badSignature, chainIncomplete, issuerUnknown, notAuthority, authorityUsage,
    pathLength, nameConstraint, longChain, bundleOrder, selfSigned, leafAuthority,
    etcdAuthorityShared, frontProxyAuthorityShared, duplicateSerial, duplicate, etcdClient,
    otherChain,
  ]

  /// `tls/foreign-issuer`.
  public static let foreignIssuer = Rule(
    "tls/foreign-issuer", .high, "A certificate is not from the authority that its link trusts",
    why: "The other side of the connection refuses it.",
    fix: "Issue it by the authority that the other side trusts, or trust its issuer there.")

  /// `tls/bad-signature`.
  public static let badSignature = Rule(
    "tls/bad-signature", .critical, "A certificate's signature is not its issuer's",
    why: "It was changed after it was signed, or damaged; everybody refuses it.",
    fix: "Issue it again.")

  /// `tls/chain-incomplete`.
  public static let chainIncomplete = Rule(
    "tls/chain-incomplete", .medium,
    "A certificate's file lacks the intermediate authority that signed it",
    why: "The other side knows only the root, and cannot get from the certificate to it.",
    fix: "Append the intermediate certificates to the file, the issuer of each behind it.")

  /// `tls/issuer-unknown`.
  public static let issuerUnknown = Rule(
    "tls/issuer-unknown", .info, "A certificate's issuer is not among the files",
    why: "Whether anybody accepts it cannot be said.",
    fix: "Name the authority's file, too, or give it with --trust.")

  /// `tls/not-authority`.
  public static let notAuthority = Rule(
    "tls/not-authority", .high, "A certificate signs others and is no authority's",
    why: "Without CA:TRUE everything that it signed is refused (RFC 5280, section 4.2.1.9).",
    fix: "Issue the authority's certificate again with CA:TRUE, critical.")

  /// `tls/ca-usage`.
  public static let authorityUsage = Rule(
    "tls/ca-usage", .high, "An authority's certificate may not be used for what it does",
    why:
      "Its key usage lacks the signing of certificates, or its extended key usage the purpose of those below.",
    fix: "Issue it again with keyCertSign and without an extended key usage.",
    controls: [.kubernetes(128)])

  /// `tls/path-length`.
  public static let pathLength = Rule(
    "tls/path-length", .high, "There are more authorities below one than it allows",
    why: "Everything below the last one that is allowed is refused.",
    fix: "Issue the upper authority again with a larger path length, or the certificate higher up.")

  /// `tls/name-constraint`.
  public static let nameConstraint = Rule(
    "tls/name-constraint", .high, "A certificate has a name that its authority may not sign",
    why: "Whoever verifies it refuses it (RFC 5280, section 4.2.1.10).",
    fix: "Issue it by another authority, or for names that are permitted.")

  /// `tls/long-chain`.
  public static let longChain = Rule(
    "tls/long-chain", .low, "A chain has many authorities",
    why: "Many programs stop after a few; each one is another key that can be stolen.",
    fix: "Issue the certificate by the root, or by one intermediate authority.")

  /// `tls/bundle-order`.
  public static let bundleOrder = Rule(
    "tls/bundle-order", .medium, "The certificates of a file are in the wrong order",
    why:
      "The component's own certificate has to come first, each issuer behind it: with another order Go refuses the key, or the other side the chain.",
    fix: "Write the file anew: the certificate of the key, then its issuer, and so on.")

  /// `tls/self-signed`.
  public static let selfSigned = Rule(
    "tls/self-signed", .medium, "A component's certificate is made or signed by itself",
    why: "Nobody can verify it but by trusting this very certificate; a kubelet's is not verified.",
    fix: "Have it issued by the cluster's authority and set --tls-cert-file and "
      + "--tls-private-key-file (kubelets: tlsCertFile and tlsPrivateKeyFile, or "
      + "serverTLSBootstrap).",
    controls: [.cis("1.2.24"), .cis("4.2.9"), .kubernetes(115), .kubernetes(140)])

  /// `tls/leaf-authority`.
  public static let leafAuthority = Rule(
    "tls/leaf-authority", .high, "A component's certificate is an authority's",
    why:
      "Its key, which lies on a machine for every connection, can sign certificates for anybody.",
    fix: "Issue it again with CA:FALSE.")

  /// `tls/etcd-ca-shared`.
  public static let etcdAuthorityShared = Rule(
    "tls/etcd-ca-shared", .high, "The authority that etcd trusts signs for others, too",
    why:
      "etcd knows no permissions: any client certificate of that authority, a user's or a node's, reads every Secret.",
    fix: "Give etcd an authority of its own, by key, and issue its certificates by that.",
    controls: [
      .cis("2.7"), .checklist("etcd has a CA of its own and mutual TLS"), .kubernetes(113),
    ])

  /// `tls/front-proxy-ca-shared`.
  public static let frontProxyAuthorityShared = Rule(
    "tls/front-proxy-ca-shared", .high, "The front proxy's authority signs for clients, too",
    why:
      "Who has any certificate of it may tell the API server to be whom they like, where --requestheader-allowed-names does not stop them.",
    fix: "Give --requestheader-client-ca-file an authority of its own.",
    controls: [.kubernetes(123), .kubernetes(122)])

  /// `tls/duplicate-serial`.
  public static let duplicateSerial = Rule(
    "tls/duplicate-serial", .medium, "An authority gave two certificates the same serial number",
    why: "Nobody can tell them apart by it; browsers and some libraries refuse them.",
    fix: "Issue one of them again.",
    controls: [])

  /// `tls/duplicate`.
  public static let duplicate = Rule(
    "tls/duplicate", .info, "The same certificate lies in several files",
    why: "A renewal has to reach every copy, and every copy of the key is one more to lose.",
    fix: "Keep one, and let what uses it refer to that.")

  /// `tls/etcd-client`.
  public static let etcdClient = Rule(
    "tls/etcd-client", .medium, "Another client than the API server can use etcd",
    why: "etcd knows no permissions: any certificate of its authority reads and writes everything.",
    fix: "Take the certificate away, or give etcd and its clients a new authority.",
    controls: [
      .checklist("etcd has a CA of its own and mutual TLS"), .kubernetes(113), .kubernetes(114),
    ])

  /// `tls/chain`.
  public static let otherChain = Rule(
    "tls/chain", .high, "OpenSSL does not accept a certificate's chain",
    why: "The other side of the connection refuses it.",
    fix: "See OpenSSL's words for the reason.")
}
