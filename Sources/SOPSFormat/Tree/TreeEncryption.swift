internal import CryptoCore

/// Encrypts a tree and finds out what its MAC is about.
struct TreeEncryption: ~Copyable {
  private let selector: Selector
  private let plain: TreeText
  private let encrypted: TreeText
  private var cipher = ValueCipher()
  private var mac: FileMAC
  private var path = ValuePath()
  private let nonces: NonceMemory

  struct Result: ~Copyable {
    let tree: Tree
    let mac: WipedBuffer
  }

  /// Encrypts every value that the rule says is encrypted.
  ///
  /// - Parameter nonces: What the values of an earlier version were encrypted with.
  /// - Throws: `.malformedRule`, `.cryptoFailure`, `.unsupportedValue`.
  static func encrypt(
    _ tree: Tree, _ selection: SOPSSelection, isMACOnlyEncrypted: Bool,
    _ key: borrowing SOPSDataKey, nonces: NonceMemory
  ) throws(SOPSError) -> Result {
    var encryption = TreeEncryption(
      selection.selector, tree.text, FileMAC(isEncryptedOnly: isMACOnlyEncrypted), nonces)
    var result = Tree(text: encryption.encrypted)
    for document in tree.documents {
      result.documents.append(
        try encryption.entries(document, Selector.State(), isList: false, key))
    }
    return encryption.finish(result)
  }

  private init(
    _ selector: Selector, _ plain: TreeText, _ mac: consuming FileMAC, _ nonces: NonceMemory
  ) {
    self.selector = selector
    self.plain = plain
    self.mac = mac
    self.nonces = nonces
    encrypted = TreeText()
  }

  private consuming func finish(_ tree: Tree) -> Result { Result(tree: tree, mac: mac.finish()) }

  private mutating func entries(
    _ entries: [TreeEntry], _ outer: Selector.State, isList: Bool, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> [TreeEntry] {
    var state = selector.inside(outer)
    var result: [TreeEntry] = []
    result.reserveCapacity(entries.count)
    for entry in entries {
      if entry.isComment {
        if let comment = try comment(entry, &state, isList: isList, key) { result.append(comment) }
        continue
      }
      let mark = path.mark
      var below = state
      if let name = entry.key {
        path.append(name)
        below = selector.below(name, state)
      }
      result.append(try value(entry, below, key))
      path.truncate(to: mark)
      state = selector.behindValue(state)
    }
    return result
  }

  private mutating func value(
    _ entry: TreeEntry, _ state: Selector.State, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> TreeEntry {
    var entry = entry
    switch entry.content {
    case .comment, .null: break
    case .mapping(let inner):
      entry.content = .mapping(try entries(inner, state, isList: false, key))
    case .list(let inner): entry.content = .list(try entries(inner, state, isList: true, key))
    case .scalar(let type):
      let isEncrypted = selector.encrypts(state)
      plain.lend(entry.text) { mac.update($0, isEncrypted: isEncrypted) }
      guard isEncrypted, !entry.text.isEmpty else {
        entry.text = plain.lend(entry.text) { encrypted.add($0) }
        return entry
      }
      entry.text = try seal(entry.text, type, key)
      entry.content = .scalar(.string)
    }
    return entry
  }

  /// Encrypts a text into the encrypted store.
  private mutating func seal(
    _ text: Range<Int>, _ type: ScalarType, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> Range<Int> {
    let nonce = plain.lend(text) { text in
      path.lend { nonces.nonce(for: text, type, at: $0) }
    }
    return try Self.seal((plain, encrypted), text, type, key, nonce, &cipher, path)
  }

  private static func seal(
    _ stores: (plain: TreeText, encrypted: TreeText), _ text: Range<Int>, _ type: ScalarType,
    _ key: borrowing SOPSDataKey, _ nonce: AES256GCMLongNonce.Nonce, _ cipher: inout ValueCipher,
    _ path: borrowing ValuePath
  ) throws(SOPSError) -> Range<Int> {
    try stores.encrypted.add { (output) throws(SOPSError) in
      try stores.plain.lend(text) { (bytes) throws(SOPSError) in
        try path.lend { (context) throws(SOPSError) in
          try cipher.seal(
            bytes, type, key, nonce: nonce, context: context, appendingTo: &output)
        }
      }
    }
  }

  /// A comment, encrypted where it must be; nil when it is better left out.
  private mutating func comment(
    _ entry: TreeEntry, _ state: inout Selector.State, isList: Bool,
    _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> TreeEntry? {
    var entry = entry
    let text = plain
    let isEncrypted = selector.encrypts(comment: entry.text, in: text, &state)
    guard isEncrypted, !entry.text.isEmpty else {
      // In a list SOPS would read an empty comment as an empty item.
      if isEncrypted, isList { return nil }
      entry.text = text.lend(entry.text) { encrypted.add($0) }
      return entry
    }
    entry.text = try seal(entry.text, .comment, key)
    if selector.isMisled(byEncryptedComment: entry.text, in: encrypted) {
      throw SOPSError(
        .malformedRule,
        "the rule's expression matches encrypted comments, so the file could not be read again")
    }
    // In a list an encrypted comment is an item, as SOPS has it.
    if isList { entry.content = .scalar(.string) }
    return entry
  }
}
