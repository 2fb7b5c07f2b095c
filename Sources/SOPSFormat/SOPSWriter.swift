public import CryptoCore

/// How a file is to be encrypted.
public struct SOPSSettings: Sendable {
  /// Whom for: one group of recipients of whom each can open the file, or several groups of which
  /// `shamirThreshold` are needed.
  public var keyGroups: [[any SOPSKeyWrapper]]
  /// How many groups are needed; nil for all.
  public var shamirThreshold: Int?
  /// Which values are encrypted.
  public var selection: SOPSSelection
  /// Whether the MAC covers the encrypted values only.
  public var isMACOnlyEncrypted: Bool
  /// What the file says it was written by: a version of SOPS that reads it.
  public var version: String

  /// The version of SOPS whose files this layer writes.
  public static let currentVersion = "3.13.2"

  /// Makes settings.
  public init(
    keyGroups: [[any SOPSKeyWrapper]], shamirThreshold: Int? = nil,
    selection: SOPSSelection = .standard, isMACOnlyEncrypted: Bool = false,
    version: String = currentVersion
  ) {
    self.keyGroups = keyGroups
    self.shamirThreshold = shamirThreshold
    self.selection = selection
    self.isMACOnlyEncrypted = isMACOnlyEncrypted
    self.version = version
  }
}

/// Makes encrypted files.
///
/// One for each worker. What comes out is public, and laid out as SOPS lays it out.
public struct SOPSWriter: ~Copyable {
  let date: Timestamp
  private let layout: SOPSLayout
  private let arena: SecretArena?
  var cipher = ValueCipher()

  /// Prepares a writer.
  ///
  /// - Parameters:
  ///   - date: The date of the change, which goes into the files.
  ///   - layout: How far in things stand.
  ///   - arena: Where secrets go for the time of a call; new memory when nil.
  public init(date: Timestamp, layout: SOPSLayout = .standard, arena: SecretArena? = nil) {
    self.date = date
    self.layout = layout
    self.arena = arena
  }

  /// Encrypts a plain file with a new data key.
  ///
  /// - Parameter outputStore: How the encrypted file is laid out; as the plain one when nil.
  /// - Throws: `.noRecipients`, `.malformedConfiguration`, `.wrapFailed`; `.reservedKey` when the
  ///   file may be encrypted already; `.emptyFile`, `.syntax`, `.nonStringKey`, `.duplicateKey`,
  ///   `.unsupportedValue`, `.unsupportedDocument`, as SOPS refuses them.
  public mutating func encrypt(
    _ plaintext: Span<UInt8>, store: SOPSStore, as outputStore: SOPSStore? = nil,
    settings: SOPSSettings
  ) throws(SOPSError) -> WipedBuffer {
    let key = try SOPSDataKey.random(in: arena)
    let nonces = try NonceMemory()
    if store == .binary, outputStore ?? store == .binary {
      let metadata = try metadata(settings, key, store)
      if let text = try writeBinary(plaintext, metadata, key, nonces: nonces) { return text }
    }
    let tree = try store.plainTree(of: plaintext)
    if let outputStore { try outputStore.refuseMetadata(in: tree) }
    let metadata = try metadata(settings, key, store)
    return try write(tree, metadata, key, outputStore ?? store, nonces: nonces)
  }

  /// Encrypts the edited plaintext of a file anew with its data key; values that are as they were at
  /// their places keep their ciphertext.
  ///
  /// - Throws: What `SOPSFile.decrypt` and `encrypt` throw.
  public mutating func edit(
    _ file: SOPSFile, _ key: borrowing SOPSDataKey, plaintext: Span<UInt8>
  ) throws(SOPSError) -> WipedBuffer {
    let nonces = try NonceMemory()
    _ = try file.open(key, nonces: nonces)
    if file.store == .binary,
      let text = try writeBinary(plaintext, file.metadata, key, nonces: nonces)
    {
      return text
    }
    let tree = try file.store.plainTree(of: plaintext)
    return try write(tree, file.metadata, key, file.store, nonces: nonces)
  }

  /// The same for a text with the metadata at their place, as `plaintextWithMetadata` gives it: what it
  /// says of recipients and rules counts.
  ///
  /// - Throws: What `SOPSFile.read`, `decrypt` and `encrypt` throw.
  public mutating func edit(
    _ file: SOPSFile, _ key: borrowing SOPSDataKey, plaintextWithMetadata text: Span<UInt8>
  ) throws(SOPSError) -> WipedBuffer {
    let nonces = try NonceMemory()
    _ = try file.open(key, nonces: nonces)
    var tree = try file.store.tree(of: text)
    let metadata = try MetadataPlace.take(from: &tree, of: file.store)
    return try write(tree, metadata, key, file.store, nonces: nonces)
  }

  /// Encrypts a file anew with a new data key, for its settings' recipients.
  ///
  /// - Throws: What `SOPSFile.decrypt` and `encrypt` throw.
  public mutating func rotate(
    _ file: SOPSFile, _ key: borrowing SOPSDataKey, settings: SOPSSettings
  ) throws(SOPSError) -> WipedBuffer {
    let opened = try file.open(key, nonces: nil)
    let newKey = try SOPSDataKey.random(in: arena)
    let metadata = try metadata(settings, newKey, file.store)
    return try write(opened.tree, metadata, newKey, file.store, nonces: try NonceMemory())
  }

  /// Gives a file's data key to other recipients; values, MAC and date stay as they are.
  ///
  /// Who could open the file before can still open what they have a copy of, and everything that is
  /// encrypted with the same data key later: `rotate` shuts them out of that.
  ///
  /// - Throws: What `SOPSFile.decrypt` throws, `.noRecipients`, `.malformedConfiguration`,
  ///   `.wrapFailed`.
  public mutating func updateKeys(
    of file: SOPSFile, _ key: borrowing SOPSDataKey, keyGroups: [[any SOPSKeyWrapper]],
    shamirThreshold: Int? = nil
  ) throws(SOPSError) -> WipedBuffer {
    _ = try file.open(key, nonces: nil)
    var metadata = file.metadata
    (metadata.keyGroups, metadata.shamirThreshold) = try wrap(key, keyGroups, shamirThreshold)
    return try text(of: file.tree, metadata, file.store)
  }

  private func metadata(
    _ settings: SOPSSettings, _ key: borrowing SOPSDataKey, _ store: SOPSStore
  ) throws(SOPSError) -> SOPSMetadata {
    let (groups, threshold) = try wrap(key, settings.keyGroups, settings.shamirThreshold)
    return SOPSMetadata(
      keyGroups: groups, shamirThreshold: threshold, lastModified: date,
      selection: settings.selection,
      // A binary file is one value: no rule says anything about it.
      namesSelection: store != .binary || settings.selection != .standard,
      isMACOnlyEncrypted: settings.isMACOnlyEncrypted, version: settings.version)
  }

  private func wrap(
    _ key: borrowing SOPSDataKey, _ groups: [[any SOPSKeyWrapper]], _ threshold: Int?
  ) throws(SOPSError) -> ([SOPSKeyGroup], Int) {
    guard !groups.isEmpty, groups.allSatisfy({ !$0.isEmpty }) else {
      throw SOPSError(
        .noRecipients,
        groups.count > 1
          ? "a key group has no recipient" : "there is no recipient to encrypt for")
    }
    let (date, arena) = (date, arena)
    if groups.count == 1, let group = groups.first {
      guard (threshold ?? 0) <= 1 else {
        throw SOPSError(
          .malformedConfiguration, "a Shamir threshold needs key groups to choose from")
      }
      let entries = try key.withBytes { (bytes) throws(SOPSError) in
        try Self.entries(bytes, group, date, arena)
      }
      return ([SOPSKeyGroup(entries)], 0)
    }
    let needed = threshold ?? groups.count
    let shares = try key.withBytes { (bytes) throws(SOPSError) in
      try Shamir.split(bytes, count: groups.count, threshold: needed, in: arena)
    }
    var result: [SOPSKeyGroup] = []
    for (share, group) in zip(shares, groups) {
      let entries = try share.lend { (bytes) throws(SOPSError) in
        try Self.entries(bytes, group, date, arena)
      }
      result.append(SOPSKeyGroup(entries))
    }
    return (result, needed)
  }

  private static func entries(
    _ key: Span<UInt8>, _ group: [any SOPSKeyWrapper], _ date: Timestamp, _ arena: SecretArena?
  ) throws(SOPSError) -> [SOPSKeyEntry] {
    var entries: [SOPSKeyEntry] = []
    for wrapper in group { entries.append(try wrapper.wrap(key, date: date, in: arena)) }
    return entries
  }

  mutating func write(
    _ tree: Tree, _ metadata: SOPSMetadata, _ key: borrowing SOPSDataKey, _ store: SOPSStore,
    nonces: NonceMemory
  ) throws(SOPSError) -> WipedBuffer {
    var metadata = metadata
    let encrypted = try TreeEncryption.encrypt(
      tree, metadata.selection, isMACOnlyEncrypted: metadata.isMACOnlyEncrypted, key,
      nonces: nonces)
    metadata.lastModified = date
    metadata.encryptedMAC = try seal(encrypted.mac, key)
    return try text(of: encrypted.tree, metadata, store)
  }

  /// The text of an encrypted tree, read again before anything is released: what was written in
  /// another way than it is read, as quotes in INI can be, would never open.
  func text(
    of tree: Tree, _ metadata: SOPSMetadata, _ store: SOPSStore
  ) throws(SOPSError) -> WipedBuffer {
    var whole = tree
    MetadataPlace.put(metadata, into: &whole, of: store)
    let text = try store.text(of: whole, layout)
    guard try Self.reads(text, store, as: tree) else {
      throw SOPSError(
        .unsupportedValue,
        "a value that stays plain, a key or a comment would not be read again as it is: encrypt it "
          + "or change it")
    }
    return text
  }

  /// - Throws: `.limitExceeded`: each document gets all metadata, so that many are soon too much.
  private static func reads(
    _ text: borrowing WipedBuffer, _ store: SOPSStore, as tree: Tree
  ) throws(SOPSError) -> Bool {
    do throws(SOPSError) {
      var again = try store.tree(of: text.bytes)
      _ = try MetadataPlace.take(from: &again, of: store)
      return again.holdsSame(as: tree) && again.hasCommentsWhere(tree)
    } catch {
      guard error.code == .limitExceeded else { return false }
      throw SOPSError(
        .limitExceeded, "encrypted it would not be read again: \(error.message); split it")
    }
  }

  /// The MAC, encrypted and bound to the date.
  mutating func seal(
    _ mac: borrowing WipedBuffer, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> String {
    let context = date.bytes(withFraction: false)
    var sealed = WipedBuffer()
    try cipher.seal(
      mac.bytes, .string, key, nonce: .random(), context: context.span, appendingTo: &sealed)
    return String(decoding: Array(copying: sealed.bytes), as: UTF8.self)
  }
}
