internal import Findings
internal import X509

/// Makes findings of what OpenSSL objects to; what the certificates say by themselves is left to
/// `CertificateCheck` and `RoleCheck`.
struct ChainFindings {
  let judge: ChainJudge

  /// More authorities in a chain are worth a word.
  private static let usualAuthorityCount = 4

  /// - Parameter shown: What the component shows with its own certificate; nil where that is not
  ///   known.
  func add(
    _ found: BundledCertificate, _ judgement: ChainJudge.Judgement, _ link: ChainJudge.Link,
    role: Role, shown: KeptBundle?, into findings: inout FindingSet
  ) {
    let who = CertificateCheck.name(found)
    for problem in judgement.result.problems {
      let place =
        judgement.chain.indices.contains(problem.depth) ? judgement.chain[problem.depth] : found
      add(problem, place, found, judgement, link, role, &findings)
    }
    if judgement.result.isTrusted, !link.isCertain, let shown {
      addUnshown(judgement.chain, shown, &findings)
    }
    // A kubelet makes an authority for itself; that it leads to that one says nothing.
    if role == .kubeletServer, judgement.result.isTrusted, !link.isCertain,
      let root = judgement.chain.last, root.certificate.isSelfSigned,
      root.origin.file == found.origin.file
    {
      findings.add(
        TransportRules.selfSigned, "\(who), \(role.label), is signed by the kubelet itself",
        at: found.origin)
    }
    let authorities = judgement.chain.count - 1
    if judgement.result.isTrusted, authorities > Self.usualAuthorityCount {
      findings.add(
        TransportRules.longChain, "\(who) has \(authorities) authorities above it",
        at: found.origin)
    }
  }

  /// Clients know roots, not what is between.
  private func addUnshown(
    _ chain: [BundledCertificate], _ shown: KeptBundle, _ findings: inout FindingSet
  ) {
    for (below, authority) in zip(chain, chain.dropFirst())
    where !authority.certificate.isSelfSigned {
      let isShown = shown.certificates.contains {
        $0.fingerprint == authority.certificate.fingerprint
      }
      guard !isShown else { continue }
      return findings.add(
        TransportRules.chainIncomplete,
        "\(CertificateCheck.name(below)) is signed by '\(below.certificate.issuer.text)', "
          + "which is not in its file", at: below.origin)
    }
  }

  private func add(
    _ problem: ChainProblem, _ place: BundledCertificate, _ found: BundledCertificate,
    _ judgement: ChainJudge.Judgement, _ link: ChainJudge.Link, _ role: Role,
    _ findings: inout FindingSet
  ) {
    let certificate = place.certificate
    let name = CertificateCheck.name(place)
    // With an extension that it cannot read OpenSSL gives up in one way or another.
    guard certificate.brokenExtensions.isEmpty else { return }
    // What is said of the certificates themselves, or of their names.
    if problem.isExpired || problem.isNotYetValid || problem.isUnknownCritical
      || problem.isWrongName
    {
      return
    }
    if problem.isWrongPurpose {
      addPurpose(problem, place, judgement, &findings)
    } else if problem.isInvalidAuthority {
      AuthorityCheck.run(place, into: &findings)
    } else if problem.isPathTooLong {
      let length = certificate.basicConstraints?.pathLength ?? 0
      findings.add(
        TransportRules.pathLength,
        "\(name) allows \(length) authorities below it, and there are more", at: place.origin)
    } else if problem.isNameConstraint {
      findings.add(
        TransportRules.nameConstraint, "\(name): \(problem.message)", at: place.origin)
    } else if problem.isBadSignature {
      findings.add(
        TransportRules.badSignature,
        "\(name): its signature is not that of '\(certificate.issuer.text)'", at: place.origin)
    } else if problem.isIssuerMissing {
      addMissing(found, judgement, link, role, &findings)
    } else {
      findings.add(TransportRules.otherChain, "\(name): \(problem.message)", at: place.origin)
    }
  }

  private func addPurpose(
    _ problem: ChainProblem, _ place: BundledCertificate, _ judgement: ChainJudge.Judgement,
    _ findings: inout FindingSet
  ) {
    // RoleCheck looks at the certificate itself; who is no authority has no purposes.
    guard problem.depth > 0, place.certificate.isAuthority else { return }
    let wanted: ExtendedKeyUsage =
      judgement.result.purpose == .server ? .serverAuth : .clientAuth
    findings.add(
      TransportRules.authorityUsage,
      "\(CertificateCheck.name(place)) may not sign for \(wanted.name)", at: place.origin)
  }

  /// The chain ends at a certificate whose issuer is not trusted.
  private func addMissing(
    _ found: BundledCertificate, _ judgement: ChainJudge.Judgement, _ link: ChainJudge.Link,
    _ role: Role, _ findings: inout FindingSet
  ) {
    let tip = judgement.chain.last ?? found
    let certificate = tip.certificate
    let who = CertificateCheck.name(tip)
    let issuer = "'\(certificate.issuer.text)'"
    if certificate.isSelfSigned, certificate.fingerprint == found.certificate.fingerprint {
      if !role.isAuthority {
        findings.add(
          TransportRules.selfSigned, "\(who), \(role.label), is signed by its own key",
          at: tip.origin)
      }
      return
    }
    // kubelets make an authority of their own for it, which nobody trusts.
    if role == .kubeletServer, certificate.isSelfSigned {
      return findings.add(
        TransportRules.selfSigned,
        "\(CertificateCheck.name(found)), \(role.label), is signed by the kubelet itself",
        at: found.origin)
    }
    let trusted = link.trust.map { "'\($0.certificate.subject.text)' of \($0.origin.label)" }
      .prefix(3).joined(separator: ", ")
    let signers = judge.index.signers(of: certificate)
    if link.isCertain {
      if isReachable(found, link, judgement.result) {
        return findings.add(
          TransportRules.chainIncomplete,
          "\(who) is signed by \(issuer), which is not in its file", at: tip.origin)
      }
      let by =
        certificate.isSelfSigned
        ? "\(who) is trusted by nobody" : "\(who) is signed by \(issuer)"
      let origin = signers.first.map { " of \($0.origin.label)" } ?? ""
      let sameName = link.trust.contains {
        $0.certificate.subject.text == certificate.issuer.text
      }
      let other = sameName && signers.isEmpty ? ", with another key than" : "\(origin); trusted is"
      findings.add(
        TransportRules.foreignIssuer, "\(by)\(other) \(trusted.isEmpty ? "nothing" : trusted)",
        at: tip.origin)
    } else if judge.index.candidates(for: certificate).isEmpty {
      findings.add(
        TransportRules.issuerUnknown, "\(who) is signed by \(issuer), who is not here",
        at: tip.origin)
    } else if signers.isEmpty {
      findings.add(
        TransportRules.foreignIssuer,
        "\(who) is signed by \(issuer), and no authority of that name here has the key",
        at: tip.origin)
    } else {
      findings.add(
        TransportRules.issuerUnknown, "\(who) leads to no root that is here", at: tip.origin)
    }
  }

  /// Whether the authorities of other files would lead to what is trusted.
  private func isReachable(
    _ found: BundledCertificate, _ link: ChainJudge.Link, _ result: ChainResult
  ) -> Bool {
    let others = judge.index.closure(of: found.certificate).filter {
      !$0.certificate.isSelfSigned
    }
    guard !others.isEmpty else { return false }
    let wider = ChainJudge.Link(
      trust: link.trust, intermediates: link.intermediates + others, isCertain: true)
    let again = judge.judge(found, wider, purpose: result.purpose, name: result.name)
    return again.map { !$0.result.problems.contains(where: \.isIssuerMissing) } ?? false
  }
}
