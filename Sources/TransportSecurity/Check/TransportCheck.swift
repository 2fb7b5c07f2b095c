internal import ControlPlane
internal import Findings
internal import Platform
internal import Synchronization
internal import X509

/// Judges every certificate and key of an inventory.
public struct TransportCheck: Sendable {
  private let inventory: Inventory
  private let options: CheckOptions
  private let assignments: Assignments
  private let names: RequiredNames
  private let chains: ChainJudge
  private let keys: KeyCheck
  /// Where each certificate was found first: there it is judged by itself.
  private let firstPlaces: [Fingerprint: Origin]

  private init(_ inventory: Inventory, _ options: CheckOptions) {
    self.inventory = inventory
    self.options = options
    assignments = RoleFinder.assignments(in: inventory)
    names = RequiredNames(inventory, assignments)
    chains = ChainJudge(
      options: options, index: AuthorityIndex(inventory), stores: TrustStores())
    keys = KeyCheck(inventory: inventory, assignments: assignments)
    let all =
      inventory.bundles.filter { $0.kind == .file }.flatMap(\.certificates)
      + inventory.bundles.filter { $0.kind != .file && $0.kind != .trusted }
      .flatMap(\.certificates)
    firstPlaces = Dictionary(
      all.map { ($0.certificate.fingerprint, $0.origin) }, uniquingKeysWith: { first, _ in first })
  }

  /// Judges an inventory, on all cores.
  public static func run(_ inventory: Inventory, _ options: CheckOptions) -> CheckReport {
    let check = TransportCheck(inventory, options)
    let parts = Mutex([Part?](repeating: nil, count: inventory.bundles.count))
    Parallel.forEach(count: inventory.bundles.count) { number, _ in
      let part = check.judge(number)
      parts.withLock { $0[number] = part }
    }
    return check.report(parts.withLock { $0.compactMap(\.self) })
  }

  /// What is known of one bundle.
  private struct Part: Sendable {
    var rows: [CertificateRow] = []
    var findings: [Finding] = []
  }

  private func judge(_ number: Int) -> Part {
    let bundle = inventory.bundles[number]
    let roles = assignments.byBundle[number] ?? []
    let isAuthority = roles.contains { $0.role.isAuthority }
    var findings = FindingSet()
    var part = Part()
    guard bundle.kind != .trusted else { return part }
    BundleCheck.run(bundle, isAuthority: isAuthority, into: &findings)
    for (index, found) in bundle.certificates.enumerated() {
      if firstPlaces[found.certificate.fingerprint] == found.origin {
        CertificateCheck(options: options).run(found, into: &findings)
      }
      let isOwn = !isAuthority && index == bundle.leafIndex ?? 0
      let own = isOwn || isAuthority ? roles : []
      var row = CertificateRow(
        certificate: found.certificate, origin: found.origin,
        roles: own.isEmpty
          ? [found.certificate.isAuthority ? .authority : .unknown]
          : own.map(\.role), evidence: own.first?.evidence ?? "")
      if isOwn || (isAuthority && bundle.certificates.count == 1) {
        row.keyMatches = keys.matches(number)
      }
      if isOwn {
        judgeLeaf(found, bundle, number, roles, &row, &findings)
      } else {
        judgeAuthority(found, bundle, roles, &row, &findings)
      }
      part.rows.append(row)
    }
    part.findings = findings.findings
    return part
  }

  private func judgeLeaf(
    _ found: BundledCertificate, _ bundle: CertificateBundle, _ number: Int,
    _ roles: [Assignment], _ row: inout CertificateRow, _ findings: inout FindingSet
  ) {
    let check = RoleCheck(names: names)
    for assignment in roles {
      let role = assignment.role
      check.run(found, assignment, bundle: number, into: &findings)
      if found.certificate.isAuthority, !found.certificate.isSelfSigned {
        findings.add(
          TransportRules.leafAuthority,
          "\(CertificateCheck.name(found)) is used as \(role.label)", at: found.origin)
      }
      let link = chains.link(
        of: found.certificate, in: bundle, trust: trust(assignment, number))
      let profile = RoleProfile.of(role)
      for purpose in profile.purposes.isEmpty ? [.any] : profile.purposes {
        let name =
          purpose == .server
          ? names.names(of: found.certificate, role, bundle: number).first : nil
        guard let judged = chains.judge(found, link, purpose: purpose, name: name) else {
          continue
        }
        ChainFindings(judge: chains).add(
          found, judged, link, role: role,
          shown: role.isServer && assignment.key != nil ? bundle : nil, into: &findings)
        row.chains.append(judged.result)
      }
    }
  }

  /// An authority: whether it may be one, and whether those above it hold.
  private func judgeAuthority(
    _ found: BundledCertificate, _ bundle: CertificateBundle, _ roles: [Assignment],
    _ row: inout CertificateRow, _ findings: inout FindingSet
  ) {
    if roles.contains(where: { $0.role.isAuthority && $0.isCertain }) {
      AuthorityCheck.run(found, into: &findings)
    }
    let link = chains.link(of: found.certificate, in: bundle, trust: nil)
    // A root is trusted for its own sake.
    guard !found.certificate.isSelfSigned,
      let judged = chains.judge(found, link, purpose: .any, name: nil)
    else { return }
    ChainFindings(judge: chains).add(
      found, judged, link, role: row.role, shown: nil, into: &findings)
    row.chains.append(judged.result)
  }

  /// The bundle that the other side of a certificate's link trusts; nil when no file says it.
  private func trust(_ assignment: Assignment, _ number: Int) -> CertificateBundle? {
    guard assignment.isCertain, let role = RoleProfile.of(assignment.role).authority,
      let bundle = assignments.authorities[assignments.sites[number] ?? ""]?[role]
    else { return nil }
    return inventory.bundles[bundle]
  }

  private func report(_ parts: [Part]) -> CheckReport {
    var findings = FindingSet()
    for part in parts {
      for finding in part.findings { findings.add(finding) }
    }
    keys.run(into: &findings)
    AuthorityCheck.compare(assignments, inventory, into: &findings)
    EtcdClientCheck.run(inventory, assignments, into: &findings)
    DuplicateCheck.run(inventory, assignments, into: &findings)
    FileCheck.run(inventory, user: options.user, into: &findings)
    KubeconfigCheck.run(inventory, into: &findings)
    for reference in inventory.missingReferences {
      findings.add(
        TransportRules.notGiven, "'\(reference.path)' is referred to", file: reference.place.file,
        line: reference.place.line, column: reference.place.column)
    }
    return CheckReport(
      now: options.now, files: inventory.files, rows: Self.merged(parts.flatMap(\.rows)),
      findings: findings.findings)
  }

  /// Each certificate once, in the order in which they expire.
  private static func merged(_ rows: [CertificateRow]) -> [CertificateRow] {
    var places: [Fingerprint: Int] = [:]
    var merged: [CertificateRow] = []
    // What is a file of its own comes before what is embedded.
    let ordered = rows.filter { $0.origin.field == nil } + rows.filter { $0.origin.field != nil }
    for row in ordered {
      guard let place = places[row.certificate.fingerprint] else {
        places[row.certificate.fingerprint] = merged.count
        merged.append(row)
        continue
      }
      merged[place].copies.append(row.origin)
      merged[place].add(row)
    }
    return merged.sorted { left, right in
      left.certificate.notAfter != right.certificate.notAfter
        ? left.certificate.notAfter < right.certificate.notAfter
        : left.origin.file < right.origin.file
    }
  }
}

extension CertificateRow {
  /// Takes what another place of the same certificate says.
  fileprivate mutating func add(_ other: CertificateRow) {
    let isVague = role == .authority || role == .unknown
    if isVague, other.role != .unknown {
      let isVagueToo = other.role == .authority
      roles = isVagueToo ? [.authority] : other.roles
      evidence = other.evidence
    } else {
      roles += other.roles.filter {
        !roles.contains($0) && $0 != .authority && $0 != .unknown
      }
    }
    keyMatches = keyMatches ?? other.keyMatches
    if chains.isEmpty { chains = other.chains }
  }
}
