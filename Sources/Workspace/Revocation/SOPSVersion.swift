internal import Envelope
internal import Manifest
internal import SOPSFormat

/// One version of a SOPS file, with what its values can be told apart by.
struct SOPSVersion: Sendable {
  /// Whose keys open a file: those of as many groups as are needed.
  struct Opening: Sendable, Hashable {
    let groups: [[RecipientDescription]]
    let neededCount: Int

    /// Whether whoever has the keys that match can put the data key together.
    func isOpen(to match: KeyMatch) -> Bool {
      groups.count { $0.contains(where: match.matches) } >= neededCount
    }
  }

  /// A value or a comment.
  struct Entry: Sendable {
    /// The object of Kubernetes that it is in; nil when the file is none.
    let object: UnitIdentity?
    /// Its name, and which ciphertext it is.
    let version: EntryVersion
    /// What it is, where it could be read.
    var read: ReadValue?
  }

  /// Whose it is.
  let opening: Opening
  /// What only versions with the same data key have in common: encrypted data keys, and ciphertexts.
  ///
  /// Anybody can copy them into a file of another key. Then more counts as readable than is, and
  /// nothing less.
  private(set) var links: [TokenDigest]
  /// Its values and comments; those that the file's rule leaves readable only where they are a Secret's.
  private(set) var entries: [Entry] = []

  init(_ file: SOPSFile) throws(SOPSError) {
    let metadata = file.metadata
    let groups = metadata.keyGroups.map { group in
      group.entries.map { SOPSRecipientKey.description($0.backend, $0.recipient) }
    }
    let threshold = metadata.shamirThreshold
    opening = Opening(
      groups: groups,
      neededCount: groups.count == 1 ? 1 : max(threshold == 0 ? groups.count : threshold, 1))
    links = metadata.keyGroups.flatMap(\.entries).map(\.encryptedKey).filter { !$0.isEmpty }.map {
      TokenDigest(of: Array($0.utf8).span)
    }
    var names = SOPSEntryNames(file)
    var entries: [Entry] = []
    var tokens: [TokenDigest] = []
    try file.forEachEntry { entry, text in
      guard names.counts(entry) else { return }
      let token = entry.isEncrypted ? TokenDigest(of: text) : nil
      if let token { tokens.append(token) }
      entries.append(
        Entry(
          object: names.object(of: entry),
          version: EntryVersion(
            name: names.name(of: entry), kind: entry.isComment ? .comment : .value, token: token)))
    }
    self.entries = entries
    links += tokens
  }

  /// Takes in what the values are.
  ///
  /// - Parameter key: The data key; nil when nobody has it: then only what is readable is read.
  mutating func read(
    _ file: SOPSFile, _ opened: SOPSOpened?, _ body: (Span<UInt8>) -> ReadValue
  ) {
    var names = SOPSEntryNames(file)
    var reads: [ReadValue?] = []
    func take(_ entry: SOPSFileEntry, _ value: Span<UInt8>, isReadable: Bool) {
      if isReadable { names.note(entry, value) }
      guard names.counts(entry) else { return }
      reads.append(isReadable ? names.withValue(of: entry, value, body) : nil)
    }
    do throws(SOPSError) {
      guard let opened else { throw SOPSError(.noIdentity, "no key") }
      try opened.withKey { (key) throws(SOPSError) in
        try file.forEachEntry(key) { entry, _, value in take(entry, value, isReadable: true) }
      }
    } catch {
      reads = []
      try? file.forEachEntry { entry, text in take(entry, text, isReadable: !entry.isEncrypted) }
    }
    guard reads.count == entries.count else { return }
    for index in entries.indices { entries[index].read = reads[index] }
  }
}
