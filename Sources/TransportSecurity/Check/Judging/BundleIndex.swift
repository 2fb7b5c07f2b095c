internal import X509

/// The certificates of bundles by their subjects, so that in a bundle of thousands the few that a
/// chain may go through are found without looking at all.
struct BundleIndex: Sendable {
  private var bySubject: [Int: [NameMark: [Int]]] = [:]

  /// More would be a loop, or no chain that anybody verifies.
  private static let maximumCount = 200

  init(_ inventory: Inventory) {
    for (number, bundle) in inventory.bundles.enumerated() where bundle.certificates.count > 1 {
      bySubject[number] = Dictionary(
        grouping: bundle.certificates.indices, by: { bundle.certificates[$0].subject })
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
    var names: Set<NameMark> = []
    var next = [own.issuer]
    while let name = next.popLast() {
      guard names.insert(name).inserted else { continue }
      for index in (bySubject[name] ?? []).prefix(Self.maximumCount)
      where certificates[index].fingerprint != own.fingerprint {
        guard numbers.count < Self.maximumCount else { break }
        numbers.insert(index)
        next.append(certificates[index].issuer)
      }
    }
    var found: [BundledCertificate] = []
    for index in numbers.sorted() {
      found.append(try inventory.certificate(Inventory.Position(number, index)))
    }
    return found
  }
}
