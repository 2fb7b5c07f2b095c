internal import TLSClient
internal import X509

extension ProbeReport {
  /// Finds out what listens there.
  ///
  /// - Parameter known: what the user says that it is.
  mutating func recognise(_ known: EndpointRole?) {
    if let known {
      role = known
      evidence = ["as given"]
      return
    }
    let found = RoleClues(self).weighed()
    role = found.role
    evidence = found.evidence
  }

  /// Verifies the chain that the server sent.
  mutating func verify(_ settings: ProbeSettings, name: String?) {
    guard let leaf = chain.first, let trust = settings.trust else { return }
    var verifier = ChainVerifier()
    verifier.purpose = .server
    // The clients of Kubernetes are Go's.
    verifier.allowsPartialChains = true
    verifier.name = name.map { ChainVerifier.Name($0) }
    verdict = try? verifier.verify(leaf, intermediates: Array(chain.dropFirst()), trust: trust)
  }
}
