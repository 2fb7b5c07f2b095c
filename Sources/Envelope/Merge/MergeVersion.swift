internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// One of the three versions of a merge.
public enum MergeVersion: Int, Sendable, CaseIterable {
  /// What both sides come from.
  case base
  /// The side that is merged into.
  case ours
  /// The side that is merged.
  case theirs
}

/// One version of a manifest, read.
struct MergeText: ~Copyable {
  let text: WipedBuffer
  let manifest: ReadManifest

  init(_ source: Span<UInt8>) throws(EnvelopeError) {
    manifest = try ManifestSealer.read(source)
    text = WipedBuffer(copying: source)
  }
}

/// A value for each of the three versions.
struct PerVersion<Value> {
  private var values: [Value]

  init(_ value: Value) { values = Array(repeating: value, count: MergeVersion.allCases.count) }

  subscript(version: MergeVersion) -> Value {
    get { values[version.rawValue] }
    set { values[version.rawValue] = newValue }
  }
}

extension PerVersion: Sendable where Value: Sendable {}

/// A sealed Secret of one version.
struct MergeUnit {
  let placed: PlacedUnit
  let annotation: EnvelopeAnnotation
  let envelope: Envelope
  /// The same with its keys and plaintexts, when it is needed and an identity opens it.
  var opened: OpenedUnit?

  /// Whether both are sealed alike: the same entries, type and envelope, signatures excepted.
  func isSealedLike(_ other: MergeUnit) -> Bool {
    envelope.sealedLines == other.envelope.sealedLines && envelope.seal == other.envelope.seal
      && envelope.digestText == other.envelope.digestText
  }
}

/// What the three versions have of one Secret.
struct UnitTrio {
  let identity: UnitIdentity
  /// The sealed ones.
  var units = PerVersion<MergeUnit?>(nil)
  /// Whether a version has it unsealed, or with an envelope that cannot be read.
  var hasOther = false

  var label: String { identity.label }

  /// Pairs the Secrets of three versions by identity, several of the same in their order.
  static func all(
    base: borrowing MergeText, ours: borrowing MergeText, theirs: borrowing MergeText
  ) -> [UnitTrio] {
    var trios: [UnitTrio] = []
    var places: [UnitPlace: Int] = [:]
    add(base, .base, to: &trios, &places)
    add(ours, .ours, to: &trios, &places)
    add(theirs, .theirs, to: &trios, &places)
    return trios
  }

  private static func add(
    _ text: borrowing MergeText, _ version: MergeVersion, to trios: inout [UnitTrio],
    _ places: inout [UnitPlace: Int]
  ) {
    for (place, unit) in UnitPlace.all(of: text.manifest.units) {
      let index = places[place] ?? trios.count
      if index == trios.count {
        trios.append(UnitTrio(identity: unit.unit.identity))
        places[place] = index
      }
      if let annotation = unit.unit.envelope,
        let envelope = try? Envelope.parse(annotation.text, of: unit.unit),
        unit.entries.allSatisfy({ !$0.kind.isSealed || $0.token != nil })
      {
        trios[index].units[version] = MergeUnit(
          placed: unit, annotation: annotation, envelope: envelope)
      } else {
        trios[index].hasOther = true
      }
    }
  }
}

/// Which of the Secrets of one identity.
struct UnitPlace: Hashable {
  let identity: UnitIdentity
  let number: Int

  static func all(of units: [PlacedUnit]) -> [(place: UnitPlace, unit: PlacedUnit)] {
    var counts: [UnitIdentity: Int] = [:]
    return units.map { unit in
      let number = counts[unit.unit.identity, default: 0]
      counts[unit.unit.identity] = number + 1
      return (UnitPlace(identity: unit.unit.identity, number: number), unit)
    }
  }
}
