public import Findings

extension TransportRules {
  static let files: [Rule] = [keyMode, certificateMode, owner, folderMode, notGiven]

  /// `tls/key-mode`.
  public static let keyMode = Rule(
    "tls/key-mode", .high, "Others can read a private key",
    why: "Whoever has an account on the machine, or a mount of the folder, can be the component.",
    fix: "Run chmod 600.",
    controls: [.cis("1.1.21"), .cis("1.1.13"), .cis("4.1.5"), .nsa("6.0")])

  /// `tls/cert-mode`.
  public static let certificateMode = Rule(
    "tls/cert-mode", .medium, "Others can write to a certificate's file",
    why: "Who can add a certificate to a bundle adds an authority that is trusted.",
    fix: "Run chmod 644, or 600.",
    controls: [.cis("1.1.20"), .cis("4.1.7")])

  /// `tls/owner`.
  public static let owner = Rule(
    "tls/owner", .medium, "A file of the PKI is somebody else's",
    why: "Its owner can change it, and its mode, at any time.",
    fix: "Run chown root:root.", controls: [.cis("1.1.19"), .cis("4.1.8")])

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
