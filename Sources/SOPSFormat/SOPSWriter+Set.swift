public import CryptoCore

extension SOPSWriter {
  /// Sets a value of a file; every other one keeps its ciphertext.
  ///
  /// Mappings on the way that are not there are made; one place behind a list's end appends.
  ///
  /// - Parameters:
  ///   - path: The way, in the first document of YAML; for INI the section and the key.
  ///   - json: The value in JSON, which the caller wipes: any for YAML and JSON; a string, a
  ///     number or a truth value for dotenv and INI, a string for binary files.
  /// - Throws: What `SOPSFile.decrypt` throws; `.syntax` when the value is not JSON; `.noSuchPath`;
  ///   `.reservedKey`; `.unsupportedDocument` when the store cannot hold the value.
  public mutating func set(
    _ path: [SOPSPathStep], to json: Span<UInt8>, in file: SOPSFile,
    _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> WipedBuffer {
    try change(file, key) { (entries, text) throws(SOPSError) in
      let value = try TreeEdit.value(json: json, text)
      try Self.check(path, value, file.store)
      try TreeEdit.set(path[...], to: value, in: &entries)
    }
  }

  /// Sets a value of a file to a text; every other one keeps its ciphertext.
  ///
  /// - Throws: As `set(_:to:in:_:)`; `.unsupportedValue` when it is no UTF-8.
  public mutating func set(
    _ path: [SOPSPathStep], toText value: Span<UInt8>, in file: SOPSFile,
    _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> WipedBuffer {
    guard file.store == .binary || UTF8Check.isValid(value) else {
      throw SOPSError(.unsupportedValue, "the value is no text, and SOPS encrypts texts only")
    }
    let copy = WipedBuffer(copying: value)
    return try change(file, key) { (entries, text) throws(SOPSError) in
      let entry = TreeEntry(content: .scalar(.string), text: text.add(copy.bytes))
      try Self.check(path, entry, file.store)
      try TreeEdit.set(path[...], to: entry, in: &entries)
    }
  }

  private static func check(
    _ path: [SOPSPathStep], _ value: TreeEntry, _ store: SOPSStore
  ) throws(SOPSError) {
    if case .key(let name) = path.first,
      MetadataPlace.isMetadata(TreeEntry(key: name, content: .null), of: store)
    {
      throw SOPSError(.reservedKey, "the key '\(Printable.text(name))' is reserved for SOPS")
    }
    switch (store, value.content) {
    case (.yaml, _), (.json, _), (_, .scalar(.string)), (.dotenv, .scalar), (.ini, .scalar): return
    default: throw SOPSError(.unsupportedDocument, "a file of this kind holds nothing but texts")
    }
  }

  /// Removes a value of a file, or all that is below a key; every other value keeps its ciphertext.
  ///
  /// - Throws: What `SOPSFile.decrypt` throws; `.noSuchPath`.
  public mutating func unset(
    _ path: [SOPSPathStep], in file: SOPSFile, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> WipedBuffer {
    try change(file, key) { (entries, _) throws(SOPSError) in
      try TreeEdit.unset(path[...], in: &entries)
    }
  }

  private mutating func change(
    _ file: SOPSFile, _ key: borrowing SOPSDataKey,
    _ body: (inout [TreeEntry], TreeText) throws(SOPSError) -> Void
  ) throws(SOPSError) -> WipedBuffer {
    let nonces = try NonceMemory()
    let opened = try file.open(key, nonces: nonces)
    var tree = opened.tree
    guard !tree.documents.isEmpty else {
      throw SOPSError(.noSuchPath, "the file has no document")
    }
    try body(&tree.documents[0], tree.text)
    return try write(tree, file.metadata, key, file.store, nonces: nonces)
  }
}
