public import CryptoCore

/// One side of a merge: a file that was opened, its MAC with it.
public final class SOPSOpened {
  /// The file.
  public let file: SOPSFile
  private let holder: Holder

  private struct Holder: ~Copyable {
    let key: SOPSDataKey

    borrowing func lend<Result: ~Copyable, Failure: Error>(
      _ body: (borrowing SOPSDataKey) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try body(key)
    }
  }

  /// Takes a file with its data key.
  public init(_ file: SOPSFile, _ key: consuming SOPSDataKey) {
    self.file = file
    holder = Holder(key: key)
  }

  /// Lends the data key.
  public func withKey<Result: ~Copyable, Failure: Error>(
    _ body: (borrowing SOPSDataKey) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try holder.lend(body)
  }

  /// Whether both are encrypted with the same data key.
  public func hasSameKey(as other: SOPSOpened) -> Bool {
    withKey { mine in
      mine.withBytes { mine in
        other.withKey { theirs in theirs.withBytes { ConstantTime.equal(mine, $0) } }
      }
    }
  }
}

/// A three-way merge of a file, by value, without plaintext in any text.
///
/// All three versions are encrypted under our data key, in such a way that what is the same in two of
/// them has the same ciphertext; these texts can be merged like any other.
public struct SOPSMerge {
  /// A version to be merged.
  public enum Version: Sendable { case base, ours, theirs }

  private let file: SOPSFile
  /// Nil without a key.
  private let opened: SOPSOpened?
  private var trees: [Version: Tree]
  private let layout: SOPSLayout

  /// Opens everything, which checks every MAC.
  ///
  /// - Parameter base: What both come from; nil when they have no file in common.
  /// - Throws: What `SOPSFile.decrypt` throws; `.unsupportedDocument` when the three are files of
  ///   different kinds, or not encrypted by the same rule.
  public init(
    base: SOPSOpened?, ours: SOPSOpened, theirs: SOPSOpened, layout: SOPSLayout = .standard
  ) throws(SOPSError) {
    let (mine, other) = (ours.file.metadata, theirs.file.metadata)
    guard ours.file.store == theirs.file.store, mine.selection == other.selection,
      mine.isMACOnlyEncrypted == other.isMACOnlyEncrypted
    else {
      throw SOPSError(
        .unsupportedDocument,
        "the two sides are not encrypted by the same rule: nobody says which one is right")
    }
    file = ours.file
    opened = ours
    self.layout = layout
    let nonces = try NonceMemory()
    var plain: [Version: Tree] = [:]
    // In this order: what ours has keeps its ciphertext.
    for (version, side) in [(Version.ours, ours), (.base, base), (.theirs, theirs)] {
      guard let side else { continue }
      // Nonces of another key may have been chosen by somebody who wants ours to be used twice.
      let memory = side.hasSameKey(as: ours) ? nonces : nil
      plain[version] = try side.withKey { (key) throws(SOPSError) in
        try side.file.open(key, nonces: memory).tree
      }
    }
    var trees: [Version: Tree] = [:]
    for version in [Version.ours, .base, .theirs] {
      guard let tree = plain[version] else { continue }
      nonces.rewind()
      trees[version] = try ours.withKey { (key) throws(SOPSError) in
        try TreeEncryption.encrypt(
          tree, mine.selection, isMACOnlyEncrypted: mine.isMACOnlyEncrypted, key, nonces: nonces
        ).tree
      }
    }
    self.trees = trees
  }

  /// Takes the versions as they are, without a key.
  ///
  /// What is the same has the same ciphertext where only values were set. No MAC can be made for
  /// what comes out.
  ///
  /// Nil when the sides have different data keys, rules or kinds.
  public init?(
    unopened base: SOPSFile?, ours: SOPSFile, theirs: SOPSFile, layout: SOPSLayout = .standard
  ) {
    guard ours.store == theirs.store, ours.metadata.selection == theirs.metadata.selection,
      ours.metadata.isMACOnlyEncrypted == theirs.metadata.isMACOnlyEncrypted,
      ours.metadata.keyGroups == theirs.metadata.keyGroups
    else { return nil }
    file = ours
    opened = nil
    self.layout = layout
    var trees: [Version: Tree] = [.ours: ours.tree, .theirs: theirs.tree]
    if let base, base.store == ours.store { trees[.base] = base.tree }
    self.trees = trees
  }

  /// The same merge, in which every version has what only one side changed, so that a merge of the
  /// texts sees what both did.
  ///
  /// Nil without a base, and without a key.
  public func withValuesTakenOver() -> SOPSMerge? {
    guard opened != nil, let base = trees[.base], let ours = trees[.ours],
      let theirs = trees[.theirs]
    else { return nil }
    let merge = TreeMerge(base: base, ours: ours, theirs: theirs)
    var result = self
    result.trees = [.base: merge.base, .ours: merge.ours, .theirs: merge.theirs]
    return result
  }

  /// Whether a merged text without metadata has the values of a three-way merge by place.
  public func isMerged(_ text: Span<UInt8>) -> Bool {
    guard let base = trees[.base], let ours = trees[.ours], let theirs = trees[.theirs],
      let merged = try? file.store == .binary
        ? file.store.tree(of: text) : file.store.plainTree(of: text)
    else { return false }
    return merged.isMerge(base: base, ours: ours, theirs: theirs)
  }

  /// A version's text without metadata, or with those given; empty for a base that is not there.
  public func text(
    of version: Version, metadata: SOPSMetadata? = nil
  ) throws(SOPSError) -> WipedBuffer {
    guard var tree = trees[version] else { return WipedBuffer() }
    if let metadata { MetadataPlace.put(metadata, into: &tree, of: file.store) }
    return try file.store.text(of: tree, layout)
  }

  /// The encrypted file for a merged text without metadata.
  ///
  /// - Parameter keyGroups: Who has the data key.
  /// - Throws: What `SOPSFile.decrypt` throws when the text is no such file; `.noIdentity` when
  ///   nothing was opened.
  public func finish(
    _ merged: Span<UInt8>, keyGroups: [SOPSKeyGroup], shamirThreshold: Int, date: Timestamp
  ) throws(SOPSError) -> WipedBuffer {
    guard let opened else { throw SOPSError(.noIdentity, "a MAC cannot be made without a key") }
    let store = file.store
    let tree = try store == .binary ? store.tree(of: merged) : store.plainTree(of: merged)
    var metadata = file.metadata
    (metadata.keyGroups, metadata.shamirThreshold) = (keyGroups, shamirThreshold)
    let nonces = try NonceMemory()
    var writer = SOPSWriter(date: date, layout: layout)
    let result = metadata
    return try opened.withKey { (key) throws(SOPSError) in
      let opened: TreeDecryption.Result
      do throws(TreeDecryption.Failure) {
        opened = try TreeDecryption.decrypt(
          tree, result, key, store: store, storage: file.storage, nonces: nonces)
      } catch {
        // Where it stood in the merged text nobody can see.
        throw error.error
      }
      return try writer.write(opened.tree, result, key, store, nonces: nonces)
    }
  }
}
