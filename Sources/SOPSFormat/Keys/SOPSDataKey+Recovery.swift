public import CryptoCore

extension SOPSDataKey {
  /// The data key of a file.
  ///
  /// With several groups, each gives a share, and the threshold says how many are needed.
  ///
  /// - Parameter order: The kinds of entries that are tried first, in this order; then the others as
  ///   they stand.
  /// - Throws: `.noIdentity`; `.unsupportedBackend`, with the backends, when nothing opened and
  ///   services are named that no unwrapper is for; `.tooFewGroups`; `.malformedKey`.
  public static func recover(
    from metadata: SOPSMetadata, using unwrappers: [any SOPSKeyUnwrapper],
    order: [SOPSBackend] = [.age, .openPGP], in arena: SecretArena? = nil
  ) throws(SOPSError) -> SOPSDataKey {
    var shares: [SecretShare] = []
    var failures: [SOPSError] = []
    for group in metadata.keyGroups {
      if let share = open(group, unwrappers, order, arena, &failures) { shares.append(share) }
    }
    let count = metadata.keyGroups.count
    let needed = count == 1 ? 1 : metadata.shamirThreshold == 0 ? count : metadata.shamirThreshold
    guard shares.count >= max(needed, 1) else {
      throw failure(metadata, unwrappers, failures, opened: shares.count, needed: needed)
    }
    if count == 1, let share = shares.first {
      let copy: SecretBytes
      do {
        copy = try share.lend { (bytes) throws(CryptoError) in
          try SecretBytes(copying: bytes, in: arena)
        }
      } catch { throw SOPSError(crypto: error) }
      return try SOPSDataKey(copy)
    }
    let secret = try Shamir.combine(shares, in: arena)
    return try SOPSDataKey(secret)
  }

  private static func open(
    _ group: SOPSKeyGroup, _ unwrappers: [any SOPSKeyUnwrapper], _ order: [SOPSBackend],
    _ arena: SecretArena?, _ failures: inout [SOPSError]
  ) -> SecretShare? {
    let first = order.flatMap { kind in group.entries.filter { $0.backend == kind } }
    let entries = first + group.entries.filter { !order.contains($0.backend) }
    for entry in entries {
      for unwrapper in unwrappers where unwrapper.backends.contains(entry.backend) {
        do {
          if let secret = try unwrapper.unwrap(entry, in: arena) { return SecretShare(secret) }
        } catch { failures.append(error) }
      }
    }
    return nil
  }

  private static func failure(
    _ metadata: SOPSMetadata, _ unwrappers: [any SOPSKeyUnwrapper], _ failures: [SOPSError],
    opened: Int, needed: Int
  ) -> SOPSError {
    if let failure = failures.first { return failure }
    var missing: [SOPSBackend] = []
    for entry in metadata.keyGroups.flatMap(\.entries)
    where !missing.contains(entry.backend)
      && !unwrappers.contains(where: { $0.backends.contains(entry.backend) })
    { missing.append(entry.backend) }
    if metadata.keyGroups.count > 1, opened > 0 || missing.isEmpty {
      return SOPSError(
        .tooFewGroups,
        "\(opened) of the \(metadata.keyGroups.count) key groups open, and \(needed) are needed",
        backends: missing)
    }
    if !missing.isEmpty, missing.contains(where: { $0 != .age }) {
      let names = missing.map(\.description).joined(separator: ", ")
      return SOPSError(
        .unsupportedBackend, "what could open the file is out of reach: \(names)",
        backends: missing)
    }
    let names = names(of: metadata.keyGroups.flatMap(\.entries))
    return SOPSError(
      .noIdentity,
      missing.contains(.age)
        ? "no identity was given; encrypted for \(names)"
        : "no identity opens it; encrypted for \(names)", backends: missing)
  }

  private static let maximumNameCount = 4

  private static func names(of entries: [SOPSKeyEntry]) -> String {
    let shown = entries.prefix(maximumNameCount).map(\.label).joined(separator: ", ")
    let more = entries.count - maximumNameCount
    return more > 0 ? "\(shown) and \(more) more" : shown
  }
}
