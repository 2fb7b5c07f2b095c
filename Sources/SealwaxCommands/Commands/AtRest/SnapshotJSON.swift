internal import CryptoCore
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings

/// What a snapshot holds, for programs (docs/json.md).
enum SnapshotJSON {
  static func object(
    _ object: StoredObject, hasHistory: Bool, hasDigests: Bool
  ) -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("key", .string(object.key)), ("prefix", .string(object.prefix)),
      ("provider", .string(object.provider.rawValue)), ("keyName", .string(object.keyName)),
      ("keyID", .optional(object.keyID)), ("resource", .string(object.path.label)),
      ("namespace", .string(object.path.namespace)),
      ("createRevision", number(object.createRevision)),
      ("modRevision", number(object.revision.main)), ("version", number(object.version)),
      ("size", .number(object.byteCount)), ("encoding", .optional(object.encoding?.rawValue)),
      ("verdict", .string(object.isTombstone ? "tombstone" : object.verdict.description)),
    ]
    if hasHistory {
      fields += [("live", .bool(object.isLive)), ("tombstone", .bool(object.isTombstone))]
    }
    if hasDigests {
      fields += [
        ("storedSHA256", .optional(object.storedDigest.map(hexadecimal))),
        ("plaintextSHA256", .optional(object.plaintextDigest.map(hexadecimal))),
      ]
    }
    return .object(fields)
  }

  static func report(
    _ report: CensusReport, path: String, rules: ProviderRules?, uses: [KeyUse]?,
    findings: SnapshotFindings
  ) -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("file", .string(path)), ("bytes", .number(report.byteCount)),
      ("pageSize", .number(report.pageSize)), ("pages", .number(report.pageCount)),
      ("usedPages", .number(report.usedPageCount)), ("digest", .string(report.digest.rawValue)),
      ("metaProblem", .optional(report.metaProblem)), ("revision", number(report.revision)),
      ("oldestRevision", number(report.oldestRevision)),
      ("compactedRevision", report.compactedRevision.map(number) ?? .null),
      ("storageVersion", .optional(report.storageVersion)),
      ("consistentIndex", report.consistentIndex.map(number) ?? .null),
      ("buckets", .object(report.buckets.map { ($0.name, .number($0.keyCount)) })),
      ("live", .number(report.liveCount)), ("superseded", .number(report.supersededCount)),
      ("tombstones", .number(report.tombstoneCount)),
      ("tombstonesByResource", counts(report.tombstonesByResource)),
      ("groups", .array(report.groups.map(group))),
      (
        "kms",
        .array(
          report.kmsKeys.map { key in
            .object([
              ("name", .string(key.name)), ("keyID", .string(key.keyID)),
              ("current", .bool(key.isCurrent)),
              ("annotations", .array(key.annotations.map { .string($0) })),
            ])
          })
      ),
      ("plaintextSecrets", .array(report.plaintextSecrets.map { .string($0) })),
      (
        "freeSpace",
        .object([
          ("plaintext", counts(report.remnants.plaintextByResource)),
          ("plaintextPieces", counts(report.remnants.piecesByKind)),
          ("encrypted", counts(report.remnants.encryptedByResource)),
          ("plaintextSecrets", .array(report.remnants.names.map { .string($0) })),
        ])
      ),
    ]
    if let uses { fields.append(("keys", .array(uses.map(use)))) }
    if let rules { fields.append(("coverage", coverage(report, rules))) }
    fields.append(("findings", .array(findings.items.map(finding))))
    return .object(fields)
  }

  private static func group(_ group: CensusReport.Group) -> JSONValue {
    let verdicts = group.live.present.map { ($0.verdict.description, JSONValue.number($0.count)) }
    return .object([
      ("resource", .string(group.resource)), ("namespace", .string(group.namespace)),
      ("provider", .string(group.provider.rawValue)), ("prefix", .string(group.prefix)),
      ("keyName", .string(group.keyName)), ("keyID", .optional(group.keyID)),
      ("live", .number(group.liveCount)), ("liveBytes", .number(group.liveByteCount)),
      ("superseded", .number(group.supersededCount)), ("verdicts", .object(verdicts)),
    ])
  }

  /// What of each resource the configuration would encrypt, and what lies there.
  private static func coverage(_ report: CensusReport, _ rules: ProviderRules) -> JSONValue {
    var counts: [String: (plaintext: Int, encrypted: Int)] = [:]
    for group in report.groups where group.isResource {
      let count = group.liveCount
      if group.provider == .identity {
        counts[group.resource, default: (0, 0)].plaintext += count
      } else {
        counts[group.resource, default: (0, 0)].encrypted += count
      }
    }
    return .array(
      counts.sorted { $0.key < $1.key }.map { resource, count in
        let first = rules.providers(for: GroupResource(resource))?.first?.kind
        return .object([
          ("resource", .string(resource)),
          ("covered", .bool(first != nil && first != .identity)),
          ("plaintext", .number(count.plaintext)), ("encrypted", .number(count.encrypted)),
        ])
      })
  }

  private static func use(_ use: KeyUse) -> JSONValue {
    .object([
      ("provider", .string(use.provider.rawValue)), ("name", .string(use.name)),
      ("writes", .bool(use.isWriting)), ("live", .number(use.liveCount)),
      ("superseded", .number(use.supersededCount)), ("needed", .bool(use.isNeeded)),
    ])
  }

  private static func finding(_ item: SnapshotFindings.Item) -> JSONValue {
    .object(
      [
        ("code", .string(item.code)), ("message", .string(item.summary)),
        ("count", .number(item.count)), ("keys", .array(item.keys.map { .string($0) })),
      ] + FindingsJSON.fields(item.finding.rule) + [
        ("suppressed", FindingsJSON.suppression(item.finding.suppression))
      ])
  }

  private static func counts(_ counts: [String: Int]) -> JSONValue {
    .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
  }

  private static func number(_ value: UInt64) -> JSONValue { .number(Int(clamping: value)) }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    var text = ""
    for index in digest.bytes.indices {
      let byte = digest.bytes[index]
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }
}
