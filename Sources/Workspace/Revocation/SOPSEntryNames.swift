internal import CryptoCore
internal import Manifest
internal import SOPSFormat

/// What the values of a SOPS file are called, and what they are: a Secret's as those of sealed ones.
struct SOPSEntryNames {
  private let file: SOPSFile
  /// The objects of Kubernetes, by document.
  private var objects: [Int: UnitIdentity?] = [:]
  /// Whether documents look like objects of Kubernetes, whatever of them is encrypted.
  private var looks: [Int: Bool] = [:]
  /// The documents of which it turned out that they are Secrets.
  private var secrets: Set<Int> = []

  init(_ file: SOPSFile) { self.file = file }

  /// The object that a value is in, when the file says which one; nil for other files.
  mutating func object(of entry: SOPSFileEntry) -> UnitIdentity? {
    if let known = objects[entry.document] { return known }
    func text(_ path: String...) -> String? {
      file.readableText(at: path, document: entry.document)
    }
    var found: UnitIdentity?
    if let kind = text("kind"), let name = text("metadata", "name"), !kind.isEmpty, !name.isEmpty {
      found = UnitIdentity(
        apiVersion: text("apiVersion") ?? "", kind: kind,
        namespace: text("metadata", "namespace") ?? "", name: name)
    }
    objects[entry.document] = .some(found)
    return found
  }

  /// Its name, `stringData/password`; `stringData#` for a comment.
  mutating func name(of entry: SOPSFileEntry) -> String {
    let steps = entry.path.map { step in
      switch step {
      case .key(let key): key
      case .index(let index): String(index)
      }
    }
    let name = steps.joined(separator: "/") + (entry.isComment ? "#" : "")
    // Documents of one file that are no objects would have the same names.
    return entry.document > 0 && object(of: entry) == nil
      ? "\(name) (document \(entry.document + 1))" : name
  }

  /// Whether it says what an object is, not what it keeps: SOPS encrypts that, too, unless it is told.
  private mutating func isOfHeader(_ entry: SOPSFileEntry) -> Bool {
    guard !entry.isComment, looksLikeObject(entry.document) else { return false }
    switch entry.path.first {
    case .key("apiVersion"), .key("kind"), .key("type"), .key("immutable"):
      return entry.path.count == 1
    case .key("metadata"):
      return entry.path.count > 1
        && [.key("name"), .key("namespace"), .key("labels")].contains(entry.path[1])
    default: return false
    }
  }

  /// Whether it is something that may have to be changed: what is encrypted, and what had to be.
  mutating func counts(_ entry: SOPSFileEntry) -> Bool {
    entry.isEncrypted || entry.isBare ? !isOfHeader(entry) : isOfSecret(entry)
  }

  private mutating func looksLikeObject(_ document: Int) -> Bool {
    if let known = looks[document] { return known }
    let looks = file.topKeys(ofDocument: document)
      .isSuperset(of: ["apiVersion", "kind", "metadata"])
    self.looks[document] = looks
    return looks
  }

  /// Takes note of what a value says; they come in the file's order.
  mutating func note(_ entry: SOPSFileEntry, _ value: Span<UInt8>) {
    guard entry.path == [.key("kind")], !entry.isComment else { return }
    if value.isSame(as: Array("Secret".utf8).span) { secrets.insert(entry.document) }
  }

  /// Whether it is a value of a Secret, secret whatever the file's rule says.
  mutating func isOfSecret(_ entry: SOPSFileEntry) -> Bool {
    guard !entry.isComment, entry.path.count == 2, let object = object(of: entry),
      object.kind == "Secret"
    else { return false }
    return entry.path[0] == .key("data") || entry.path[0] == .key("stringData")
  }

  /// Lends a value: that of a Secret's `data` without its Base64.
  mutating func withValue<Result>(
    of entry: SOPSFileEntry, _ text: Span<UInt8>, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    guard isOfSecret(entry) || secrets.contains(entry.document), entry.path.count == 2,
      entry.path[0] == .key("data")
    else { return body(text) }
    var decoded = WipedBuffer()
    guard LenientBase64.decode(text, appendingTo: &decoded) else { return body(text) }
    return body(decoded.bytes)
  }
}
