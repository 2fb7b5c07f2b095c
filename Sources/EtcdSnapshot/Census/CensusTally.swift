internal import CryptoCore
internal import EncryptionAtRest

/// What tells groups apart, as hashes: cheaper to make for every object than texts.
struct GroupID: Hashable, Sendable {
  let folder: SipHash128.Hash
  let prefix: SipHash128.Hash
  let keyID: SipHash128.Hash?
}

/// What was counted in a chunk of a batch.
struct CensusTally: Sendable {
  /// Groups in the order in which they came up, and where each is.
  var groups: [(id: GroupID, group: CensusReport.Group)] = []
  var places: [GroupID: Int] = [:]
  var tombstones: [String: Int] = [:]
  var names: [(verdict: Verdict, name: String)] = []
  var plaintextSecrets: [String] = []
  var kmsKeys: [KMSKeyID: [String]] = [:]
  var objects: [StoredObject] = []

  struct KMSKeyID: Hashable, Sendable {
    let name: String
    let keyID: String
  }
}

/// Adds tallies up into a report, within bounds.
struct CensusSum {
  var report = CensusReport()
  private var groups: [CensusReport.Group] = []
  private var places: [GroupID: Int] = [:]
  private var kmsKeys: [CensusTally.KMSKeyID: [String]] = [:]
  private var remnantKeys = FingerprintSet()
  private var encryptedRemnantKeys = FingerprintSet()

  /// More groups than this are not told apart by namespace and key, so that memory is bounded.
  private static let maximumGroups = 32_768
  private static let maximumLabels = 4096
  private static let maximumKMSKeys = 1024
  private static let maximumAnnotations = 16

  mutating func add(_ tally: CensusTally) {
    for (id, group) in tally.groups { add(group, id) }
    for (label, count) in tally.tombstones {
      Self.add(count, label, to: &report.tombstonesByResource)
      report.tombstoneCount += count
    }
    for entry in tally.names {
      if report.names[entry.verdict, default: []].count < CensusReport.maximumNames {
        report.names[entry.verdict, default: []].append(entry.name)
      }
    }
    let room = CensusReport.maximumNames - report.plaintextSecrets.count
    report.plaintextSecrets += tally.plaintextSecrets.prefix(max(room, 0))
    for (id, annotations) in tally.kmsKeys {
      guard kmsKeys[id] != nil || kmsKeys.count < Self.maximumKMSKeys else { continue }
      for annotation in annotations
      where kmsKeys[id, default: []].count < Self.maximumAnnotations
        && !kmsKeys[id, default: []].contains(annotation)
      {
        kmsKeys[id, default: []].append(annotation)
      }
      if kmsKeys[id] == nil { kmsKeys[id] = [] }
    }
  }

  private mutating func add(_ group: CensusReport.Group, _ id: GroupID) {
    report.liveCount += group.liveCount
    report.supersededCount += group.supersededCount
    if let place = places[id] {
      groups[place].add(group)
    } else if groups.count < Self.maximumGroups {
      places[id] = groups.count
      groups.append(group)
    } else {
      let zero = SipHash128.hash(Array(group.provider.rawValue.utf8).span, key: .fixed)
      let rest = GroupID(folder: zero, prefix: zero, keyID: zero)
      let place = places[rest] ?? groups.count
      if place == groups.count {
        places[rest] = place
        groups.append(
          CensusReport.Group(
            resource: "(others)", isResource: false, namespace: "", provider: group.provider,
            prefix: group.provider.head, keyName: "", keyID: nil))
      }
      groups[place].add(group)
    }
  }

  mutating func add(_ tally: RemnantTally) {
    for found in tally.found {
      guard let fingerprint = found.fingerprint else {
        Self.add(1, found.label, to: &report.remnants.piecesByKind)
        continue
      }
      if !found.isPlaintext {
        if encryptedRemnantKeys.insert(fingerprint) {
          Self.add(1, found.label, to: &report.remnants.encryptedByResource)
        }
      } else if remnantKeys.insert(fingerprint) {
        Self.add(1, found.label, to: &report.remnants.plaintextByResource)
        if let name = found.name, report.remnants.names.count < CensusReport.maximumNames {
          report.remnants.names.append(name)
        }
      }
    }
  }

  private static func add(_ count: Int, _ label: String, to counts: inout [String: Int]) {
    let isKnown = counts[label] != nil || counts.count < maximumLabels
    counts[isKnown ? label : "(others)", default: 0] += count
  }

  /// The report, sorted.
  func finished(currentKeyIDs: [String: String]) -> CensusReport {
    var report = self.report
    report.groups = groups.sorted {
      ($0.resource, $0.namespace, $0.prefix, $0.keyID ?? "")
        < ($1.resource, $1.namespace, $1.prefix, $1.keyID ?? "")
    }
    report.kmsKeys = kmsKeys.map { id, annotations in
      CensusReport.KMSKey(
        name: id.name, keyID: id.keyID, annotations: annotations.sorted(),
        isCurrent: currentKeyIDs[id.name] == id.keyID)
    }.sorted { ($0.name, $0.keyID) < ($1.name, $1.keyID) }
    report.plaintextSecrets.sort()
    report.remnants.names.sort()
    for verdict in report.names.keys { report.names[verdict]?.sort() }
    return report
  }
}

extension CensusReport.Group {
  mutating func add(_ other: CensusReport.Group) {
    live.add(other.live)
    liveByteCount += other.liveByteCount
    supersededCount += other.supersededCount
  }
}

extension SipHash128.Key {
  /// For what needs no secrecy.
  fileprivate static let fixed = SipHash128.Key(InlineArray(repeating: 0))
}
