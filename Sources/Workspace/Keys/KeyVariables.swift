/// The environment variables that hold or name identities.
public enum KeyVariables {
  /// The text of identities.
  public static let identity = "SEALWAX_IDENTITY"
  /// A file with identities.
  public static let identityFile = "SEALWAX_IDENTITY_FILE"
  /// SOPS's variable for the text of identities.
  public static let sopsKey = "SOPS_AGE_KEY"
  /// SOPS's variable for a file with identities.
  public static let sopsKeyFile = "SOPS_AGE_KEY_FILE"

  /// All of them: children do not inherit these.
  public static let all = [identity, identityFile, sopsKey, sopsKeyFile]
}
