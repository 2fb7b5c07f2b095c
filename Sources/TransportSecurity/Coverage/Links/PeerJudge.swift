internal import ControlPlane
internal import Findings
internal import X509

/// Whether the certificates on the two ends of a link fit, by OpenSSL, at a time.
struct PeerJudge: Sendable {
  /// Seconds since 1970.
  let now: Int

  /// What one end says of the other's certificate.
  struct Verdict {
    /// Why it refuses it; nil when it takes it.
    let problem: String?
    /// What it is when it is a matter of time alone; nil else.
    let timeRule: Rule?
    /// The certificates from the one judged to the one trusted.
    var chain: [Certificate] = []
  }

  /// Judges a certificate.
  ///
  /// - Parameters:
  ///   - file: The certificate with its intermediates.
  ///   - authority: The certificates that the other end trusts.
  ///   - name: The name that a client looks for; nil for a client's certificate.
  func judge(
    _ file: CertificateFile, by authority: CertificateFile, for purpose: ChainVerifier.Purpose,
    name: String?
  ) -> Verdict {
    guard let leaf = file.leaf else { return Verdict(problem: nil, timeRule: nil) }
    var verifier = ChainVerifier()
    verifier.purpose = purpose
    verifier.time = now
    // Go ends a chain at any trusted certificate.
    verifier.allowsPartialChains = true
    verifier.name = name.map { ChainVerifier.Name($0) }
    do throws(X509Error) {
      let verdict = try verifier.verify(
        leaf, intermediates: Array(file.certificates.dropFirst()),
        trust: TrustStore(authority.certificates))
      guard let first = verdict.problems.first(where: { !$0.isExpired && !$0.isNotYetValid }) else {
        let late = verdict.problems.first
        let rule = late.map {
          $0.isExpired ? TransportRules.expired : TransportRules.notYetValid
        }
        return Verdict(problem: late?.message, timeRule: rule, chain: verdict.chain)
      }
      return Verdict(problem: first.message, timeRule: nil)
    } catch {
      return Verdict(problem: error.message, timeRule: nil)
    }
  }
}
