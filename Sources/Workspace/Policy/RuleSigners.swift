internal import Envelope
internal import Platform
internal import YAMLSource

/// Who may have sealed a file: the signers of its rule, and of the rules that policies around have
/// about it.
///
/// A policy may name fewer signers than those around it, and no others.
struct RuleSigners {
  /// The signers, of whom one must have signed; empty asks for no signature.
  private(set) var signers: [SignatureVerifier] = []
  /// Where each is named, the policy that asks for the signature first.
  private(set) var origins: [SignatureVerifier: PolicyOrigin] = [:]

  /// - Parameter rules: as `Policy.rules(for:)` has them, the nearest first.
  /// - Throws: `.configuration` when a signer is none, or none of a rule's may sign for a policy
  ///   around it.
  init(_ rules: [PlacedRule]) throws(WorkspaceError) {
    var outer: PlacedRule?
    for placed in rules.reversed() where !placed.rule.signers.isEmpty {
      let named = try Self.named(in: placed)
      // A list of signers that comes to nobody must not become no requirement.
      guard !named.isEmpty else {
        throw WorkspaceError(
          .configuration, "the rule's signers name no signing key", path: placed.policy.path,
          position: placed.rule.position)
      }
      let accepted = outer == nil ? named : named.filter { origins[$0.signer] != nil }
      if let outer, accepted.isEmpty {
        throw WorkspaceError(
          .configuration, "the rule's signers are none of those that a policy around it names",
          path: placed.policy.path, position: placed.rule.position,
          hints: [
            "that is \(escapedForTerminal(outer.policy.path)), line \(outer.rule.position.line)"
          ])
      }
      signers = []
      for found in accepted where !signers.contains(found.signer) {
        signers.append(found.signer)
        if outer == nil { origins[found.signer] = found.origin }
      }
      outer = outer ?? placed
    }
    let kept = Set(signers)
    origins = origins.filter { kept.contains($0.key) }
  }

  /// The signing keys that one rule names, and where.
  static func named(
    in placed: PlacedRule
  ) throws(WorkspaceError) -> [(signer: SignatureVerifier, origin: PolicyOrigin)] {
    let policy = placed.policy
    var found: [(signer: SignatureVerifier, origin: PolicyOrigin)] = []
    for reference in placed.rule.signers {
      let origin = PolicyOrigin(path: policy.path, position: reference.position)
      if let signer = try? SignatureVerifier(text: reference.text) {
        found.append((signer, origin))
        continue
      }
      let file = PathParts.join(
        PathParts.join(policy.folder, RecipientLoader.folderName), reference.text + ".sig")
      guard RecipientDescription.isName(reference.text), Files.exists(file) else {
        throw WorkspaceError(
          .configuration,
          "'\(escapedForTerminal(reference.text))' is no public signing key, and no name of a file "
            + "Keys/NAME.sig", path: policy.path, position: reference.position)
      }
      _ = try TrustedFile.read(file)
      found += try KeyFiles.signers([file]).map { ($0, origin) }
    }
    return found
  }
}
