internal import Envelope
internal import Findings
internal import Platform
internal import YAMLSource

extension PolicyReader {
  /// The key-encryption keys that a policy lists, each once.
  func keks(_ node: NodeID, _ source: Span<UInt8>) throws(WorkspaceError) -> [ListedKEK] {
    let items = try items(node, "keks", source)
    var keks: [ListedKEK] = []
    var ids: Set<String> = []
    for item in items {
      let kek = try kek(item, source)
      guard ids.insert(kek.id).inserted else {
        throw error("this key-encryption key stands twice", item, source)
      }
      keks.append(kek)
    }
    for (kek, item) in zip(keks, items) {
      guard let replacement = kek.replacement else { continue }
      guard replacement != kek.id, ids.contains(replacement) else {
        throw error("replaced-by names no other key of this list", item, source)
      }
    }
    return keks
  }

  private func kek(_ node: NodeID, _ source: Span<UInt8>) throws(WorkspaceError) -> ListedKEK {
    var id: String?
    var name: String?
    var file: String?
    var created: CalendarDate?
    var replacement: String?
    var retired: CalendarDate?
    for field in try fields(of: node, in: "a key-encryption key", source) {
      switch field.name {
      case "id": id = try kekID(field, source)
      case "name":
        let text = try text(field.value, "name", source)
        guard RecipientDescription.isName(text) else {
          throw error("a name is letters, digits and . _ @ + -", field.value, source)
        }
        name = text
      case "file": file = try text(field.value, "file", source)
      case "created": created = try date(field, source)
      case "replaced-by": replacement = try kekID(field, source)
      case "retired": retired = try date(field, source)
      default:
        throw unknown(
          field, ["id", "name", "file", "created", "replaced-by", "retired"], source)
      }
    }
    guard let id, let created else {
      throw error("a key-encryption key needs id and created", node, source)
    }
    return ListedKEK(
      id: id, name: name, file: file, created: created, replacement: replacement,
      retired: retired,
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }

  private func kekID(_ field: Field, _ source: Span<UInt8>) throws(WorkspaceError) -> String {
    let text = try text(field.value, field.name, source)
    guard ListedKEK.isID(text) else {
      throw error(
        "\(field.name) is the id of a key-encryption key, such as aes-256-gcm:0123456789abcdef",
        field.value, source
      ).hinting("'sealwax keys FILE' prints it; the key itself does not belong here")
    }
    return text
  }
}
