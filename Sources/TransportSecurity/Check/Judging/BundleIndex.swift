internal import X509

/// The certificates of bundles by their subjects, so that in a bundle of thousands the few that a
/// chain may go through are found without looking at all.
struct BundleIndex: Sendable {
  private var bySubject: [Int: [NameMark: [Int]]] = [:]
  /// By subject and identifier of the key.
  private var byKey: [Int: [[NameMark]: [Int]]] = [:]

  /// More would be a loop, or no chain that anybody verifies.
  private static let maximumCount = 64
  /// More authorities of one name are not tried: those of the key that the certificate names come
  /// first.
  private static let maximumTrials = 20

  init(_ inventory: Inventory) {
    for (number, bundle) in inventory.bundles.enumerated() where bundle.certificates.count > 1 {
      bySubject[number] = Dictionary(
        grouping: bundle.certificates.indices, by: { bundle.certificates[$0].subject })
      byKey[number] = Dictionary(
        grouping: bundle.certificates.indices.filter { index in
          bundle.certificates[index].isAuthority && bundle.certificates[index].keyID != nil
        },
        by: { [bundle.certificates[$0].subject, bundle.certificates[$0].keyID].compactMap(\.self) })
    }
  }

  /// The certificates beside one that may lead upwards from it, by their names, in the bundle's
  /// order.
  ///
  /// - Throws: `.libraryFailure` when what was put aside cannot be read.
  func above(
    _ position: Inventory.Position, in inventory: Inventory
  ) throws(X509Error) -> [BundledCertificate] {
    let number = Int(position.bundle)
    guard let bySubject = bySubject[number] else { return [] }
    let certificates = inventory.bundles[number].certificates
    let own = inventory.kept(position)
    var numbers: Set<Int> = []
    var asked: Set<[NameMark?]> = []
    var next = [own]
    while let below = next.popLast() {
      guard asked.insert([below.issuer, below.issuerKeyID]).inserted else { continue }
      let fitting = below.issuerKeyID.flatMap { byKey[number]?[[below.issuer, $0]] }
      for index in (fitting ?? bySubject[below.issuer] ?? []).prefix(Self.maximumTrials)
      where certificates[index].fingerprint != own.fingerprint {
        guard numbers.count < Self.maximumCount else { break }
        if numbers.insert(index).inserted { next.append(certificates[index]) }
      }
    }
    var found: [BundledCertificate] = []
    for index in numbers.sorted() {
      found.append(try inventory.certificate(Inventory.Position(number, index)))
    }
    return found
  }
}
