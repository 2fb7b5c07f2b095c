public import CryptoCore
public import YAMLSource

extension SecretValues {
  /// Lends one entry's value: under `data` of a Secret decoded where it is Base64, elsewhere the
  /// text; of a comment what is behind its mark; of an alias what it stands for.
  ///
  /// Unlike `append`, which reads as Kubernetes does, it refuses nothing: what somebody could read is
  /// to be told apart also where Kubernetes would not take it.
  ///
  /// - Parameter scratch: Where decoded bytes go for the time of the call; empty before and after.
  public static func withValue<Result>(
    of entry: UnitEntry, in unit: SecretUnit, tree: SourceTree, source: Span<UInt8>,
    scratch: inout WipedBuffer, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    guard let node = entry.node else { return body(source.extracting(entry.contentRange)) }
    return tree.withValue(of: tree.target(of: node) ?? node) { value in
      defer { scratch.removeAll() }
      guard unit.isSecret, entry.path.first == SecretField.data.rawValue,
        LenientBase64.decode(value, appendingTo: &scratch)
      else { return body(value) }
      return body(scratch.bytes)
    }
  }
}
