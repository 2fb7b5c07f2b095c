internal import ControlPlane
internal import Findings
internal import Platform
internal import Synchronization
public import X509

/// Judges every certificate and key of an inventory.
public struct TransportCheck: Sendable {
  let inventory: Inventory
  private let options: CheckOptions
  let assignments: Assignments
  private let names: RequiredNames
  let chains: ChainJudge
  private let keys: KeyCheck
  let bundleIndex: BundleIndex
  let layout: PKILayout
  private let order: CertificateOrder
  /// The certificates of the bundles that links trust.
  private let trusted: [Int: [BundledCertificate]]

  private init(_ inventory: Inventory, _ options: CheckOptions) throws(X509Error) {
    self.inventory = inventory
    self.options = options
    assignments = RoleFinder.assignments(in: inventory)
    names = try RequiredNames(inventory, assignments)
    chains = ChainJudge(
      options: options, index: try AuthorityIndex(inventory), stores: TrustStores())
    keys = KeyCheck(inventory: inventory, assignments: assignments)
    bundleIndex = BundleIndex(inventory)
    layout = PKILayout(inventory.files)
    order = CertificateOrder(inventory)
    var trusted: [Int: [BundledCertificate]] = [:]
    for number in Set(assignments.authorities.values.flatMap(\.values)) {
      trusted[number] = try inventory.certificates(of: number)
    }
    self.trusted = trusted
  }

  /// Judges an inventory, on all cores.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read, or memory is short.
  public static func run(
    _ inventory: Inventory, _ options: CheckOptions
  ) throws(X509Error) -> CheckReport {
    let check = try TransportCheck(inventory, options)
    let parts = Mutex([[Finding]](repeating: [], count: inventory.bundles.count))
    let failure = Mutex<X509Error?>(nil)
    Parallel.forEach(count: inventory.bundles.count) { number, _ in
      do throws(X509Error) {
        let findings = try check.findings(of: number)
        if !findings.isEmpty { parts.withLock { $0[number] = findings } }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return try check.report(parts.withLock { $0.flatMap(\.self) })
  }

  /// What is bad about one bundle by itself and on its links.
  private func findings(of number: Int) throws(X509Error) -> [Finding] {
    let bundle = inventory.bundles[number]
    guard bundle.kind != .trusted else { return [] }
    let isAuthority = assignments.byBundle[number].contains { $0.role.isAuthority }
    var findings = FindingSet()
    try BundleCheck.run(inventory, number, isAuthority: isAuthority, into: &findings)
    for index in bundle.certificates.indices {
      let position = Inventory.Position(number, index)
      let found = try inventory.certificate(position)
      if order.isFirst(position) {
        CertificateCheck(options: options).run(found, into: &findings)
      }
      _ = try judge(found, position, into: &findings)
    }
    return findings.findings
  }

  /// Judges a certificate where it was found.
  private func judge(
    _ found: BundledCertificate, _ position: Inventory.Position,
    into findings: inout FindingSet
  ) throws(X509Error) -> CertificateRow {
    let (number, index) = (Int(position.bundle), Int(position.index))
    let bundle = inventory.bundles[number]
    let roles = assignments.byBundle[number]
    let isAuthority = roles.contains { $0.role.isAuthority }
    let isOwn = !isAuthority && index == bundle.leafIndex ?? 0
    let own = isOwn || isAuthority ? roles : []
    var row = CertificateRow(
      certificate: found.certificate, origin: found.origin,
      roles: own.isEmpty
        ? [found.certificate.isAuthority ? .authority : .unknown]
        : own.map(\.role), evidence: own.first?.evidence ?? "")
    if isOwn || (isAuthority && bundle.certificates.count == 1) {
      row.keyMatches = try keys.matches(number)
    }
    let beside =
      found.certificate.isSelfSigned ? [] : try bundleIndex.above(position, in: inventory)
    if isOwn {
      judgeLeaf(found, beside, number, roles, &row, &findings)
    } else {
      judgeAuthority(found, beside, roles, &row, &findings)
    }
    return row
  }

  private func judgeLeaf(
    _ found: BundledCertificate, _ beside: [BundledCertificate], _ number: Int,
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
        of: found.certificate, beside: beside, trust: trust(assignment, number))
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
          shown: role.isServer && assignment.key != nil ? inventory.bundles[number] : nil,
          into: &findings)
        row.chains.append(judged.result)
      }
    }
  }

  /// An authority: whether it may be one, and whether those above it hold.
  private func judgeAuthority(
    _ found: BundledCertificate, _ beside: [BundledCertificate], _ roles: [Assignment],
    _ row: inout CertificateRow, _ findings: inout FindingSet
  ) {
    if roles.contains(where: { $0.role.isAuthority && $0.isCertain }) {
      AuthorityCheck.run(found, into: &findings)
    }
    // A root is trusted for its own sake.
    guard !found.certificate.isSelfSigned else { return }
    let link = chains.link(of: found.certificate, beside: beside, trust: nil)
    guard let judged = chains.judge(found, link, purpose: .any, name: nil) else { return }
    ChainFindings(judge: chains).add(
      found, judged, link, role: row.role, shown: nil, into: &findings)
    row.chains.append(judged.result)
  }

  /// What the other side of a certificate's link trusts; nil when no file says it.
  func trust(_ assignment: Assignment, _ number: Int) -> [BundledCertificate]? {
    guard assignment.isCertain, let role = RoleProfile.of(assignment.role).authority,
      let bundle = assignments.authorities[assignments.sites[number]]?[role]
    else { return nil }
    return trusted[bundle]
  }

  private func report(_ parts: [Finding]) throws(X509Error) -> CheckReport {
    var findings = FindingSet()
    for finding in parts { findings.add(finding) }
    try keys.run(into: &findings)
    try AuthorityCheck.compare(assignments, inventory, into: &findings)
    try checkKubeconfigs(into: &findings)
    try EtcdClientCheck.run(inventory, assignments, into: &findings)
    try DuplicateCheck.run(inventory, assignments, into: &findings)
    FileCheck.run(inventory, user: options.user, into: &findings)
    KubeconfigCheck.run(inventory, into: &findings)
    for reference in inventory.missingReferences {
      findings.add(
        TransportRules.notGiven, "'\(reference.path)' is referred to", file: reference.place.file,
        line: reference.place.line, column: reference.place.column)
    }
    return CheckReport(
      now: options.now, files: inventory.files, findings: findings.findings, check: self)
  }
}

extension TransportCheck {
  /// How many certificates there are, each counted once.
  var rowCount: Int { order.count }

  /// How many of them are authorities'.
  var authorityCount: Int {
    (0..<order.count).count { inventory.kept(order.first($0)).isAuthority }
  }

  /// When a certificate ends, in seconds since 1970.
  func end(_ number: Int) -> Int { inventory.kept(order.first(number)).notAfter }

  /// A certificate with what all its places say.
  func row(_ number: Int) throws(X509Error) -> CertificateRow {
    var findings = FindingSet()
    let first = order.first(number)
    var row = try judge(try inventory.certificate(first), first, into: &findings)
    for position in order.copies(number) {
      let copy = try judge(try inventory.certificate(position), position, into: &findings)
      row.copies.append(copy.origin)
      row.add(copy)
    }
    return row
  }
}

extension CertificateRow {
  /// Takes what another place of the same certificate says.
  fileprivate mutating func add(_ other: CertificateRow) {
    let all = roles + other.roles.filter { !roles.contains($0) }
    let certain = all.filter { $0 != .authority && $0 != .unknown }
    let old = role
    roles = certain.isEmpty ? [all.contains(.authority) ? .authority : .unknown] : certain
    if role != old { evidence = other.evidence }
    keyMatches = keyMatches ?? other.keyMatches
    if chains.isEmpty { chains = other.chains }
  }
}
