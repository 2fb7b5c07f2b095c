/// The environment variables that hold or name identities; no child process inherits them.
package enum KeyVariables {
  /// The text of identities.
  package static let identity = "SEALWAX_IDENTITY"
  /// A file with identities.
  package static let identityFile = "SEALWAX_IDENTITY_FILE"
  /// SOPS's variable for the text of identities.
  package static let sopsKey = "SOPS_AGE_KEY"
  /// SOPS's variable for a file with identities.
  package static let sopsKeyFile = "SOPS_AGE_KEY_FILE"
  /// SOPS's variable for a file with an SSH private key.
  package static let sopsSSHKeyFile = "SOPS_AGE_SSH_PRIVATE_KEY_FILE"

  /// All of them.
  package static let all: Set<String> = [
    identity, identityFile, sopsKey, sopsKeyFile, sopsSSHKeyFile,
  ]
}
