public import Findings

extension TransportRules {
  static let files: [Rule] = [
    keyMode, certificateMode, configurationMode, manifestMode, owner, folderMode, notGiven,
  ]

  /// `tls/key-mode`.
  public static let keyMode = Rule(
    "tls/key-mode", .high, "Others can read a private key or token",
    why: "Whoever has an account on the machine, or a mount of the folder, can be the component.",
    fix: "Run chmod 600.",
    controls: [
      .cis("1.1.21"), .cis("1.1.13"), .cis("1.1.15"), .cis("1.1.17"), .cis("4.1.3"), .cis("4.1.5"),
      .nsa("6.0"), .kubernetes(135),
    ])

  /// `tls/cert-mode`.
  public static let certificateMode = Rule(
    "tls/cert-mode", .medium, "Others can write to a certificate's file",
    why: "Who can add a certificate to a bundle adds an authority that is trusted.",
    fix: "Run chmod 644, or 600.",
    controls: [.cis("1.1.20"), .cis("4.1.7")])

  /// `tls/config-mode`.
  public static let configurationMode = Rule(
    "tls/config-mode", .high, "Others can write to a file that says what runs or who is trusted",
    why:
      "Who can change a static pod runs as root on the node, and reads every key there; who can change a kubeconfig decides whom its user trusts.",
    fix: "Run chmod 600.",
    controls: [
      .cis("1.1.1"), .cis("1.1.3"), .cis("1.1.5"), .cis("1.1.7"), .cis("4.1.9"), .cis("4.1.5"),
    ])

  /// `tls/manifest-mode`.
  public static let manifestMode = Rule(
    "tls/manifest-mode", .low, "Others can read a static pod's manifest",
    why: "It says where every key lies, and at times holds a password in its environment.",
    fix: "Run chmod 600.",
    controls: [.cis("1.1.1"), .cis("1.1.3"), .cis("1.1.5"), .cis("1.1.7")])

  /// `tls/owner`.
  public static let owner = Rule(
    "tls/owner", .medium, "A file of the PKI is somebody else's",
    why: "Its owner can change it, and its mode, at any time.",
    fix: "Run chown root:root.",
    controls: [
      .cis("1.1.19"), .cis("1.1.2"), .cis("1.1.4"), .cis("1.1.6"), .cis("1.1.8"), .cis("1.1.14"),
      .cis("1.1.16"), .cis("1.1.18"), .cis("4.1.6"), .cis("4.1.8"), .cis("4.1.10"),
    ])

  /// `tls/folder-mode`.
  public static let folderMode = Rule(
    "tls/folder-mode", .high, "Others can write to a folder with keys or certificates",
    why: "Who can write there can put another file in the place of any.",
    fix: "Run chmod 755, or 700.", controls: [.cis("1.1.19")])

  /// `tls/not-given`.
  public static let notGiven = Rule(
    "tls/not-given", .info, "A file that is referred to is not among those given",
    why: "What it holds could not be judged; if it is missing on the node, too, nothing works.",
    fix: "Name the file or its folder, too.")
}
