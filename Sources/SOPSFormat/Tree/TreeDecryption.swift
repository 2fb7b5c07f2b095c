internal import CryptoCore

/// Something about a file that opened, that its reader should know.
public struct SOPSNotice: Sendable, Equatable {
  /// The kinds of notices.
  public enum Kind: Sendable, Equatable {
    /// A comment is not encrypted where others are: SOPS authenticates no comments, so anybody may
    /// have written it.
    case plainComment
  }

  /// The kind.
  public let kind: Kind
  /// Where it stands, in bytes from the beginning of the encrypted text.
  public let offset: Int
}

/// Decrypts a tree and finds out what its MAC must be.
struct TreeDecryption: ~Copyable {
  private let selector: Selector
  private let encrypted: TreeText
  private let plain: TreeText
  private let storage: SOPSStorage
  private var mac: FileMAC
  private var path = ValuePath()
  private var notices: [SOPSNotice] = []
  private var nonces: NonceMemory?
  private let allowsBytes: Bool
  /// Whether a value in plaintext is taken where an encrypted one must stand.
  private let acceptsPlaintext: Bool
  private var accepted: [Int] = []
  private var openedCount = 0

  struct Result: ~Copyable {
    let tree: Tree
    let notices: [SOPSNotice]
    let mac: WipedBuffer
    let nonces: NonceMemory?
    /// How many values and comments were encrypted.
    let openedCount: Int
    /// Where values in plaintext stand that were accepted in the place of encrypted ones.
    let accepted: [Int]
  }

  /// Decrypts every value that the file's rule says is encrypted.
  ///
  /// - Parameters:
  ///   - storage: Kept for all files of a worker.
  ///   - nonces: Where to keep what the values were encrypted with, if it is wanted.
  ///   - acceptsPlaintext: Whether values in plaintext are taken as they are where encrypted ones
  ///     must stand: only for who means it.
  /// - Throws: `.plaintextBesideCiphertext`, `.valueNotAuthentic`, ..., at the offset of the value.
  static func decrypt(
    _ tree: Tree, _ metadata: SOPSMetadata, _ key: borrowing SOPSDataKey, store: SOPSStore,
    storage: SOPSStorage, nonces: NonceMemory? = nil, acceptsPlaintext: Bool = false
  ) throws(Failure) -> Result {
    var decryption = TreeDecryption(
      metadata.selection.selector, tree.text, FileMAC(isEncryptedOnly: metadata.isMACOnlyEncrypted),
      storage, nonces,
      allowsBytes: store == .binary, acceptsPlaintext: acceptsPlaintext)
    var result = Tree(documents: tree.documents, text: decryption.plain)
    for index in result.documents.indices {
      let state = decryption.selector.inside(Selector.State())
      try decryption.open(&result.documents[index], state, key)
    }
    return decryption.finish(result)
  }

  /// What went wrong, and the offset of the value it is about.
  struct Failure: Error {
    let error: SOPSError
    let offset: Int

    init(_ error: SOPSError, _ offset: Int) {
      self.error = error
      self.offset = offset
    }
  }

  private init(
    _ selector: Selector, _ encrypted: TreeText, _ mac: consuming FileMAC,
    _ storage: SOPSStorage, _ nonces: NonceMemory?, allowsBytes: Bool, acceptsPlaintext: Bool
  ) {
    self.selector = selector
    self.encrypted = encrypted
    self.mac = mac
    self.storage = storage
    self.nonces = nonces
    self.allowsBytes = allowsBytes
    self.acceptsPlaintext = acceptsPlaintext
    // Of a file of small values most is Base64 of nonces and tags.
    plain = TreeText(capacity: encrypted.byteCount / 2)
  }

  private consuming func finish(_ tree: Tree) -> Result {
    Result(
      tree: tree, notices: notices, mac: mac.finish(), nonces: nonces, openedCount: openedCount,
      accepted: accepted)
  }

  private mutating func open(
    _ entries: inout [TreeEntry], _ outer: Selector.State, _ key: borrowing SOPSDataKey
  ) throws(Failure) {
    var state = selector.inside(outer)
    for index in entries.indices {
      if case .comment(let isInline) = entries[index].content {
        try openComment(&entries[index], isInline: isInline, &state, key)
        continue
      }
      let mark = path.mark
      var below = state
      if let name = entries[index].key {
        path.append(name)
        below = selector.below(name, state)
      }
      try open(&entries[index], below, key)
      path.truncate(to: mark)
      state = selector.behindValue(state)
    }
  }

  private mutating func open(
    _ entry: inout TreeEntry, _ state: Selector.State, _ key: borrowing SOPSDataKey
  ) throws(Failure) {
    switch entry.content {
    case .comment, .null: break
    case .mapping(var inner):
      try open(&inner, state, key)
      entry.content = .mapping(inner)
    case .list(var inner):
      try open(&inner, state, key)
      entry.content = .list(inner)
    case .scalar(let type):
      guard selector.encrypts(state) else {
        encrypted.lend(entry.text) { bytes in
          entry.text = plain.add(bytes)
          mac.update(bytes, isEncrypted: false)
        }
        return
      }
      if acceptsPlaintext, type != .string || !isLikelyEncrypted(entry) {
        if !entry.text.isEmpty { accepted.append(entry.source.lowerBound) }
        entry.text = encrypted.lend(entry.text) { plain.add($0) }
        return
      }
      guard type == .string else {
        throw Failure(
          SOPSError(
            .plaintextBesideCiphertext,
            "the value is not encrypted, and by the file's rule it must be"),
          entry.source.lowerBound)
      }
      // SOPS leaves empty texts as they are.
      guard !entry.text.isEmpty else {
        entry.text = 0..<0
        return
      }
      try openValue(&entry, key)
    }
  }

  private func isLikelyEncrypted(_ entry: TreeEntry) -> Bool {
    encrypted.lend(entry.text) { EncryptedValue.isLikely($0) }
  }

  private mutating func openValue(
    _ entry: inout TreeEntry, _ key: borrowing SOPSDataKey
  ) throws(Failure) {
    do throws(SOPSError) {
      let (type, range) = try decrypt(entry.text, key)
      entry.text = range
      if type == .comment {
        // Comments of lists are items; anywhere else somebody changed the type.
        guard entry.key == nil else { throw EncryptedValue.wrongType(type) }
        entry.content = .comment(isInline: false)
        return
      }
      guard type != .bytes || allowsBytes else { throw EncryptedValue.wrongType(type) }
      entry.content = .scalar(type == .bytes ? .string : type)
    } catch {
      throw Failure(error, entry.source.lowerBound)
    }
    plain.lend(entry.text) { mac.update($0, isEncrypted: true) }
  }

  /// Decrypts a text into the plain store, in its canonical form.
  private mutating func decrypt(
    _ text: Range<Int>, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> (ScalarType, Range<Int>) {
    let start = plain.byteCount
    let (type, nonce) = try Self.open(text, of: encrypted, to: plain, key, storage, path)
    let range = start..<plain.byteCount
    openedCount += 1
    if let nonces {
      plain.lend(range) { text in
        path.lend { nonces.keep(nonce, for: text, type, at: $0) }
      }
    }
    return (type, range)
  }

  private static func open(
    _ text: Range<Int>, of encrypted: TreeText, to plain: TreeText, _ key: borrowing SOPSDataKey,
    _ storage: SOPSStorage, _ path: borrowing ValuePath
  ) throws(SOPSError) -> (type: ScalarType, nonce: AES256GCMLongNonce.Nonce) {
    try encrypted.lend(text) { (bytes) throws(SOPSError) in
      try path.lend { (context) throws(SOPSError) in
        try plain.append { (output) throws(SOPSError) in
          let start = output.count
          let (type, nonce) = try storage.cipher.open(
            bytes, key, context: context, appendingTo: &output)
          if !type.isText { try makeCanonical(type, from: start, &output) }
          return (type, nonce)
        }
      }
    }
  }

  /// Puts the canonical text of a value in the place of the one that was encrypted.
  private static func makeCanonical(
    _ type: ScalarType, from start: Int, _ output: inout WipedBuffer
  ) throws(SOPSError) {
    let opened = WipedBuffer(copying: output.bytes.extracting(start...))
    output.truncate(to: start)
    guard CanonicalText.append(opened.bytes, as: type, to: &output) else {
      throw SOPSError(
        .unsupportedType,
        "the encrypted value says that it is of type '\(type.rawValue)', and it is not")
    }
  }

  private mutating func openComment(
    _ entry: inout TreeEntry, isInline: Bool, _ state: inout Selector.State,
    _ key: borrowing SOPSDataKey
  ) throws(Failure) {
    let text = encrypted
    let isEncrypted = selector.encrypts(comment: entry.text, in: text, &state)
    let isLikely = text.lend(entry.text) { EncryptedValue.isLikely($0) }
    guard isEncrypted, isLikely else {
      if isEncrypted, !entry.text.isEmpty {
        notices.append(SOPSNotice(kind: .plainComment, offset: entry.source.lowerBound))
      }
      entry.text = text.lend(entry.text) { plain.add($0) }
      return
    }
    do throws(SOPSError) {
      let (type, range) = try decrypt(entry.text, key)
      guard type == .comment || type == .string else { throw EncryptedValue.wrongType(type) }
      entry.text = range
      // What was behind a value comes back above it: an encrypted line is no place for reading.
      entry.content = .comment(isInline: isInline && type != .comment)
    } catch {
      throw Failure(error, entry.source.lowerBound)
    }
  }
}
