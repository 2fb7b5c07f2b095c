public import X509

/// What OpenSSL says about a certificate for one purpose, and against what.
public struct ChainResult: Sendable {
  /// What it was verified for.
  public let purpose: ChainVerifier.Purpose
  /// The name that was asked for; nil for none.
  public let name: String?
  /// Where the certificates are that were trusted.
  public let trust: [Origin]
  /// Where the certificates are that were used on the way.
  public let intermediates: [Origin]
  /// The verdict.
  public let problems: [ChainProblem]
  /// The subjects of the chain that was built.
  public let chain: [String]

  /// Whether the chain holds.
  public var isTrusted: Bool { problems.isEmpty }
}

/// Builds the chains of certificates: to what the link trusts where that is known, else to any root
/// among the files.
struct ChainJudge: Sendable {
  let options: CheckOptions
  let index: AuthorityIndex
  let stores: TrustStores

  /// What a chain is judged against.
  struct Link {
    /// What is trusted.
    let trust: [BundledCertificate]
    /// What comes with the certificate, or may be used on the way.
    let intermediates: [BundledCertificate]
    /// Whether a file says that this is what is trusted.
    let isCertain: Bool
  }

  /// One judgement.
  struct Judgement {
    let result: ChainResult
    /// The chain with where each certificate was found.
    let chain: [BundledCertificate]
  }

  /// What is trusted by a certificate's link.
  func link(
    of certificate: Certificate, beside all: [BundledCertificate], trust: [BundledCertificate]?
  ) -> Link {
    let beside = all.filter {
      $0.certificate.fingerprint != certificate.fingerprint
    }
    if let trust {
      return Link(
        trust: trust + index.trusted, intermediates: beside, isCertain: true)
    }
    let closure = index.closure(of: certificate)
    let roots = closure.filter { $0.certificate.isSelfSigned }
    let others = closure.filter { !$0.certificate.isSelfSigned }
    return Link(
      trust: roots + index.trusted, intermediates: beside + others, isCertain: false)
  }

  /// Verifies a certificate; nil when OpenSSL failed.
  func judge(
    _ found: BundledCertificate, _ link: Link, purpose: ChainVerifier.Purpose, name: String?
  ) -> Judgement? {
    var verifier = ChainVerifier()
    verifier.purpose = purpose
    verifier.name = name.map { ChainVerifier.Name($0) }
    verifier.time = options.now
    verifier.allowsPartialChains = true
    guard let store = try? stores.store(of: link.trust.map(\.certificate)),
      let verdict = try? verifier.verify(
        found.certificate, intermediates: link.intermediates.map(\.certificate), trust: store)
    else { return nil }
    let known = [found] + link.intermediates + link.trust
    let chain = verdict.chain.compactMap { certificate in
      known.first { $0.certificate.fingerprint == certificate.fingerprint }
    }
    let result = ChainResult(
      purpose: purpose, name: name, trust: link.trust.map(\.origin),
      intermediates: link.intermediates.map(\.origin), problems: verdict.problems,
      chain: verdict.chain.map(\.subject.text))
    return Judgement(result: result, chain: chain)
  }
}
