internal import CryptoCore
internal import EncryptionAtRest

/// Judges the revisions of a chunk: who wrote them, whether they open.
struct ChunkJudge: Sendable {
  let options: CensusOptions
  let prefix: [UInt8]
  let hashKey: SipHash128.Key
  /// The key_id that each KMS plugin writes with.
  let currentKeyIDs: [String: String]

  /// What a worker keeps from one object to the next.
  struct Worker: ~Copyable {
    var opener: StorageOpener
    var plaintext = WipedBuffer()
    /// What was found out about the folders that keys lie in, by their hash.
    var folders: [SipHash128.Hash: Folder] = [:]

    init(_ options: CensusOptions) { opener = StorageOpener(kms: options.kms) }
  }

  /// What all keys of a folder have in common.
  struct Folder {
    let path: StoragePath
    /// Nil where the configuration does not cover them.
    let providers: [StorageProvider]?
  }

  func judge(
    _ bytes: Span<UInt8>, _ chunk: ParsedChunk, _ worker: inout Worker
  ) -> CensusTally {
    var tally = CensusTally()
    for (index, entry) in chunk.entries.enumerated() {
      judge(bytes, entry, isLive: chunk.isLive[index], &worker, &tally)
    }
    return tally
  }

  private func judge(
    _ bytes: Span<UInt8>, _ entry: BatchEntry, isLive: Bool, _ worker: inout Worker,
    _ tally: inout CensusTally
  ) {
    let key = bytes.extracting(entry.record.key)
    let value = bytes.extracting(entry.record.value)
    let folder = SipHash128.hash(
      key.extracting(..<StoragePath.folderByteCount(of: key)), key: hashKey)
    let isListed = isListed(key, isLive: isLive)
    if entry.isTombstone {
      let path = StoragePath(key, prefix: prefix)
      tally.tombstones[path.label, default: 0] += 1
      if isListed { tally.objects.append(tombstone(key, entry, path)) }
      return
    }
    var stored = StoredValue(value)
    let object = entry.isKMSv2 ? try? kmsObject(value, stored) : nil
    var id = groupID(folder, value, stored, object)
    var path: StoragePath?
    var verdict = Self.verdictByPrefix(stored)
    if options.rules != nil, isLive || isListed {
      let known = self.folder(folder, key, &worker)
      path = known.path
      let shown = stored.prefixByteCount
      (verdict, stored) = proof(value, key, known.providers, &worker)
      // A name with a colon is longer than it seemed.
      if stored.prefixByteCount != shown { id = groupID(folder, value, stored, object) }
    } else if isListed, stored.provider == .identity {
      worker.plaintext.removeAll()
      worker.plaintext.append(value)
    }
    let index: Int
    if let known = tally.places[id] {
      index = known
    } else {
      let place = path ?? StoragePath(key, prefix: prefix)
      let group = CensusReport.Group(
        resource: place.label, isResource: place.resource != nil, namespace: place.namespace,
        provider: stored.provider, prefix: value.text(0..<stored.prefixByteCount),
        keyName: value.text(stored.nameRange), keyID: object?.keyID)
      if let object { note(object, value, group.keyName, &tally) }
      index = tally.groups.count
      tally.groups.append((id, group))
      tally.places[id] = index
    }
    if isLive {
      tally.groups[index].group.live[verdict] += 1
      tally.groups[index].group.liveByteCount += value.count
      noteName(key, index, verdict, &tally)
    } else {
      tally.groups[index].group.supersededCount += 1
    }
    if isListed {
      let place = path ?? StoragePath(key, prefix: prefix)
      tally.objects.append(
        listed(
          key, value, entry, place, stored, object, verdict, isLive: isLive,
          worker.plaintext.bytes))
    }
  }

  private func isListed(_ key: Span<UInt8>, isLive: Bool) -> Bool {
    if let keys = options.keys { return isLive && keys.contains(key.bytes(0..<key.count)) }
    switch options.listing {
    case .none: return false
    case .live: return isLive
    case .all: return true
    }
  }

  private func groupID(
    _ folder: SipHash128.Hash, _ value: Span<UInt8>, _ stored: StoredValue,
    _ object: EncryptedObject?
  ) -> GroupID {
    GroupID(
      folder: folder,
      prefix: SipHash128.hash(value.extracting(..<stored.prefixByteCount), key: hashKey),
      keyID: object.map { SipHash128.hash(Array($0.keyID.utf8).span, key: hashKey) })
  }

  private func kmsObject(
    _ value: Span<UInt8>, _ stored: StoredValue
  ) throws(StorageError) -> EncryptedObject {
    try EncryptedObject(value, in: stored.prefixByteCount..<value.count)
  }

  private static func verdictByPrefix(_ stored: StoredValue) -> Verdict {
    switch stored.provider {
    case .identity: .plaintext
    case .unknown: .unknown
    default: .encrypted
    }
  }

  private func folder(
    _ hash: SipHash128.Hash, _ key: Span<UInt8>, _ worker: inout Worker
  ) -> Folder {
    if let known = worker.folders[hash] { return known }
    let path = StoragePath(key, prefix: prefix)
    let found = Folder(
      path: path, providers: path.resource.flatMap { options.rules?.providers(for: $0) })
    if worker.folders.count < 4096 { worker.folders[hash] = found }
    return found
  }

  /// Opens a value; its plaintext is left with the worker.
  private func proof(
    _ value: Span<UInt8>, _ key: Span<UInt8>, _ providers: [StorageProvider]?,
    _ worker: inout Worker
  ) -> (Verdict, StoredValue) {
    guard let rules = options.rules else { return (.encrypted, StoredValue(value)) }
    let result = worker.opener.open(
      value, at: key, providers: providers ?? rules.everyProvider, currentKeyIDs: currentKeyIDs,
      into: &worker.plaintext)
    guard providers != nil else {
      let isPlaintext = result.value.provider == .identity
      return (isPlaintext ? .plaintext : .notCovered, result.value)
    }
    return (Self.verdict(result.opening), result.value)
  }

  private static func verdict(_ opening: StorageOpening) -> Verdict {
    switch opening {
    case .plaintext: .plaintext
    case .plaintextToRewrite: .plaintextThoughCovered
    case .plaintextUnreadable: .plaintextUnreadable
    case .current: .current
    case .stale: .stale
    case .lostKey: .lostKey
    case .failed: .failed
    case .unproved: .unproved
    case .unknown: .unknown
    }
  }

  private func noteName(
    _ key: Span<UInt8>, _ index: Int, _ verdict: Verdict, _ tally: inout CensusTally
  ) {
    let isPlaintext = tally.groups[index].group.provider == .identity
    if isPlaintext, tally.plaintextSecrets.count < CensusReport.maximumNames,
      tally.groups[index].group.resource == "secrets"
    {
      tally.plaintextSecrets.append(key.text(0..<key.count))
    }
    if verdict.isUnreadable || verdict == .plaintextThoughCovered {
      tally.names.append((verdict, key.text(0..<key.count)))
    }
  }

  private func note(
    _ object: EncryptedObject, _ value: Span<UInt8>, _ name: String, _ tally: inout CensusTally
  ) {
    let id = CensusTally.KMSKeyID(name: name, keyID: object.keyID)
    tally.kmsKeys[id, default: []] += object.annotations.map { annotation in
      let bytes = value.bytes(annotation.value.prefix(1024))
      let text = String(validating: bytes, as: UTF8.self)
      return annotation.name + "="
        + (text ?? bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
  }
}
