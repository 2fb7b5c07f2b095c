internal import ArgumentParser
internal import Envelope
internal import Workspace

/// Whether the policy is asked before something is opened.
struct PolicyOptions: ParsableArguments {
  @Flag(
    help:
      "Open also what has not the signature that the policy requires, or lies under a retired key.")
  var ignorePolicy = false

  /// Whose signatures are required: those that the options name, else the policy's.
  func requiredSigners(_ signatures: SignatureOptions) throws(WorkspaceError) -> RequiredSigners {
    let given = try signatures.trustedSigners()
    guard !ignorePolicy else { return RequiredSigners(given) }
    return RequiredSigners(policies: PolicyFinder(), given: given)
  }
}
