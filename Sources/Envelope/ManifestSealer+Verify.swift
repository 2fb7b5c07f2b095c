public import Manifest

extension ManifestSealer {
  /// The state of every Secret of a manifest, checked with a key: the seal and each token.
  ///
  /// Nothing is released.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - unwrappers: The secrets to try.
  ///   - trustedSigners: Whose signatures each sealed Secret must have; empty requires none.
  ///   - fields: Which fields of other objects are to be sealed.
  /// - Throws: `EnvelopeError` when the text is not a manifest; what is wrong with a single
  ///   Secret is in its status instead.
  public mutating func verify(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper],
    trustedSigners: [SignatureVerifier] = [], fields: FieldChoice = .none
  ) throws(EnvelopeError) -> [UnitStatus] {
    var statuses: [UnitStatus] = []
    for unit in try Self.read(source, fields: fields, storage: &storage).units {
      var status = UnitInspection(unit, source: source, trustedSigners: trustedSigners).status
      if let annotation = unit.unit.envelope {
        do throws(EnvelopeError) {
          _ = try openUnit(
            unit, annotation: annotation, source: source, unwrappers: unwrappers,
            trustedSigners: [])
          status.isAuthentic = true
        } catch {
          if !status.problems.contains(where: { $0.code == error.code }) {
            status.problems.append(UnitProblem(error, in: unit))
          }
        }
      }
      statuses.append(status)
    }
    return statuses
  }
}
