internal import Envelope
internal import Manifest
internal import Platform

/// Files of SOPS through their versions: those of one data key, and those of one path, are one file.
struct SOPSLineages: Sendable {
  /// Whose keys open a data key, by its number.
  var openings: [Int: Set<SOPSVersion.Opening>] = [:]
  /// The numbers of data keys, by what only their files have.
  var keys: [TokenDigest: Int] = [:]
  /// The file that a data key is of.
  var units: [Int: Int] = [:]
  /// The data key of a version, by the name of its object.
  var keysOfObjects: [String: Int] = [:]
  /// The files of now.
  var present: [(path: String, key: Int)] = []

  /// Whether a number is that of a file's data key.
  func isOfSOPS(_ key: Int) -> Bool { units[key] != nil }
}

extension ExposureIndex {
  /// Whether every ciphertext of a file is known, and what it is: it need not be opened again.
  func knows(_ file: SOPSVersion) -> Bool {
    file.entries.allSatisfy { entry in
      guard let token = entry.version.token else { return false }
      return sops.keys[token].map { isKnown(key(of: entry, $0)) } ?? false
    }
  }

  private func key(of entry: SOPSVersion.Entry, _ key: Int) -> Key {
    let unit = entry.object.flatMap { numberIfKnown(of: $0) } ?? sops.units[key] ?? 0
    return Key(unit: unit, entry: entry.version, dataKey: key, plaintext: nil)
  }

  /// Takes in a version of a file.
  ///
  /// - Parameter path: Where it is now; nil for one of history.
  mutating func add(
    _ file: SOPSVersion, object: String?, path: String?, withPlaintext: Bool
  ) -> [Int] {
    let known = Set(file.links.compactMap { sops.keys[$0] })
    let dataKey = known.min() ?? addFile()
    for other in known { join(dataKey, other) }
    for link in file.links where sops.keys[link] == nil { sops.keys[link] = dataKey }
    recipientsOfKeys[dataKey].formUnion(file.opening.groups.flatMap(\.self))
    sops.openings[dataKey, default: []].insert(file.opening)
    if let object { sops.keysOfObjects[object] = dataKey }
    if let path { sops.present.append((path, dataKey)) }
    return file.entries.compactMap { entry in
      if let object = entry.object { _ = number(of: object) }
      guard let token = entry.version.token else {
        guard withPlaintext, let read = entry.read,
          let unit = entry.object.map({ number(of: $0) }) ?? sops.units[dataKey]
        else { return nil }
        return number(
          of: Key(
            unit: unit, entry: entry.version, dataKey: nil, plaintext: read.fingerprint),
          read: read)
      }
      // A ciphertext keeps the first number that it got.
      return number(of: key(of: entry, sops.keys[token] ?? dataKey), read: entry.read)
    }
  }

  private mutating func addFile() -> Int {
    let key = addKey()
    sops.units[key] = addUnit(Self.file(""))
    return key
  }

  private mutating func join(_ key: Int, _ other: Int) {
    keySets.join(key, other)
    if let unit = sops.units[key], let same = sops.units[other] { unitSets.join(unit, same) }
  }

  private static func file(_ path: String) -> UnitIdentity {
    UnitIdentity(apiVersion: "", kind: "SOPS file", namespace: "", name: path)
  }

  /// Gives files their names: where they are, else where they were last.
  mutating func nameFiles(_ spans: [String: HistorySpan]) {
    var unitsOfPaths: [PathKey: Int] = [:]
    var names: [Int: (order: Int, path: String)] = [:]
    var places: [(order: Int, path: String, unit: Int)] = []
    for (path, key) in sops.present {
      if let unit = sops.units[key] { places.append((-1, path, unit)) }
    }
    for (object, key) in sops.keysOfObjects {
      guard let unit = sops.units[key], let span = spans[object] else { continue }
      for path in span.paths { places.append((span.last?.number ?? 0, path, unit)) }
    }
    for place in places {
      let path = PathKey(place.path)
      if let same = unitsOfPaths[path] { unitSets.join(same, place.unit) }
      unitsOfPaths[path] = place.unit
    }
    for place in places {
      let unit = unitSets.root(place.unit)
      let known = names[unit]
      if let known, (known.order, known.path) <= (place.order, place.path) { continue }
      names[unit] = (place.order, place.path)
    }
    for (unit, name) in names { units[unit] = Self.file(name.path) }
  }

  /// The files of now whose data keys are among these: what they are called, and where they are.
  func openFiles(_ keys: Set<Int>, in root: String) -> [PathKey: String] {
    sops.present.reduce(into: [:]) { files, file in
      guard keys.contains(file.key) else { return }
      files[PathKey(Self.file(file.path).label)] = PathParts.join(root, file.path)
    }
  }

  /// What only files with one of these data keys have.
  func links(to keys: Set<Int>) -> Set<TokenDigest> {
    Set(sops.keys.filter { keys.contains($0.value) }.map(\.key))
  }
}
