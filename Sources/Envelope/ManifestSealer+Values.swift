internal import CryptoCore
internal import Manifest
internal import YAMLSource

extension ManifestSealer {
  /// Reads every version of a Secret that a text holds, and those values of them that can be read:
  /// with one of the secrets, or because they are in plaintext.
  ///
  /// For looking at old versions, of which some may be damaged or sealed for others: what does not
  /// open is left out, and whether a seal holds is not looked at. What is to be relied on is opened
  /// by `open`.
  ///
  /// - Parameters:
  ///   - source: The manifest, at most 32 MiB.
  ///   - unwrappers: The secrets to try.
  ///   - isWanted: Whether the values of a sealed Secret are asked for at all.
  ///   - body: Gets the number of a Secret, that of one of its entries, and the value.
  /// - Throws: `EnvelopeError` when the text is not a manifest.
  public mutating func readValues(
    _ source: Span<UInt8>, unwrappers: [any KeyUnwrapper],
    isWanted: (UnitVersion) -> Bool,
    _ body: (_ unit: Int, _ entry: Int, _ value: Span<UInt8>) -> Void
  ) throws(EnvelopeError) -> [UnitVersion] {
    let manifest = try Self.read(source, storage: &storage)
    let versions = manifest.units.map { UnitVersion($0, source: source) }
    var edits = SpliceEdits()
    var areReadable = versions.map { !$0.isSealed }
    for (index, unit) in manifest.units.enumerated() {
      guard !unwrappers.isEmpty, let envelope = versions[index].envelope,
        isWanted(versions[index])
      else { continue }
      areReadable[index] = restore(unit, envelope, source, unwrappers, &edits)
    }
    guard areReadable.contains(true) || versions.contains(where: \.hasPlaintext) else {
      return versions
    }
    if edits.isEmpty {
      Self.lend(manifest, versions, areReadable, source, body)
    } else if let text = try? Self.apply(edits, to: source),
      let restored = try? Self.read(
        text.bytes, fields: FieldChoice(of: manifest.units.map(\.unit)), storage: &storage),
      zip(restored.units, manifest.units).allSatisfy({ $0.entries.count == $1.entries.count }),
      restored.units.count == manifest.units.count
    {
      Self.lend(restored, versions, areReadable, text.bytes, body)
    }
    return versions
  }

  /// Puts the source texts of a Secret back, and leaves its envelope; false when it does not open.
  private mutating func restore(
    _ unit: PlacedUnit, _ envelope: Envelope, _ source: Span<UInt8>,
    _ unwrappers: [any KeyUnwrapper], _ edits: inout SpliceEdits
  ) -> Bool {
    do throws(EnvelopeError) {
      let unlocked = try unlock(unit, envelope, unwrappers: unwrappers)
      let opened = try OpenedUnit(
        unlocked.verified, source: source, codec: &codec, keepsKeys: false)
      return opened.restoreTexts(source, edits: &edits)
    } catch { return false }
  }

  private static func lend(
    _ manifest: ReadManifest, _ versions: [UnitVersion], _ areReadable: [Bool],
    _ source: Span<UInt8>, _ body: (_ unit: Int, _ entry: Int, _ value: Span<UInt8>) -> Void
  ) {
    var scratch = WipedBuffer()
    for (index, unit) in manifest.units.enumerated() {
      for (number, entry) in unit.entries.filter(\.kind.isSealed).enumerated()
      where areReadable[index] || versions[index].entries[number].token == nil {
        SecretValues.withValue(
          of: entry, in: unit.unit, tree: unit.tree, source: source, scratch: &scratch
        ) { body(index, number, $0) }
      }
    }
  }
}

extension UnitVersion {
  /// Whether a value of it stands there in plaintext.
  public var hasPlaintext: Bool { entries.contains { $0.token == nil } }
}
