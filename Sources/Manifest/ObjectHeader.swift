internal import YAMLSource

/// What an object says it is: `apiVersion` and `kind`.
///
/// An object may say it twice, by an alias or through a merge key. All answers are collected: what
/// is a Secret by any of them is read as one, and refused there if it is ambiguous. Otherwise a
/// Secret could pass for something else and stay readable.
package struct ObjectHeader {
  private(set) var apiVersions: [String] = []
  private(set) var kinds: [String] = []
  /// What a key says that is `kind` in other letters.
  private(set) var misspeltKinds: [String] = []
  private(set) var hasMergeKey = false

  init(of node: NodeID, in tree: SourceTree) {
    var cache = HeaderCache()
    self.init(of: node, in: tree, cache: &cache)
  }

  /// - Parameter cache: Kept for all objects of a text.
  init(of node: NodeID, in tree: SourceTree, cache: inout HeaderCache) {
    let own = tree.target(of: node) ?? node
    let part = cache.part(own, in: tree)
    (apiVersions, kinds, hasMergeKey) = (part.apiVersions, part.kinds, part.hasMergeKey)
    misspeltKinds = part.misspeltKinds
    guard !part.merged.isEmpty else { return }
    var seen: Set<NodeID> = [own]
    var open = part.merged
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      let part = cache.part(next, in: tree)
      apiVersions += part.apiVersions
      kinds += part.kinds
      misspeltKinds += part.misspeltKinds
      open += part.merged
    }
  }

  /// Whether it says neither.
  var isEmpty: Bool { apiVersions.isEmpty && kinds.isEmpty }

  /// Whether it is a Secret, or could be taken for one.
  var isSecret: Bool { apiVersions.contains("v1") && kinds.contains("Secret") }

  /// Whether it is no Secret only for how it says so: without `apiVersion`, or in other letters.
  ///
  /// Passing it over would leave its values readable.
  var isUnclearSecret: Bool {
    guard !isSecret, (kinds + misspeltKinds).contains(where: { Self.folded($0) == "secret" })
    else { return false }
    return apiVersions.isEmpty || apiVersions.contains(where: Self.mayBeCore)
  }

  /// Whether an `apiVersion` is that of Kubernetes' core, or could be taken for it: `/v1` is the same
  /// to Kubernetes.
  package static func mayBeCore(_ apiVersion: String) -> Bool {
    ["v1", "/v1", "core/v1"].contains(folded(apiVersion))
  }

  /// A text in lower case, without blanks around it.
  package static func folded(_ text: String) -> String {
    let blanks: [Character] = [" ", "\t", "\n", "\r", "\r\n"]
    let start = text.drop { blanks.contains($0) }
    let end = start.lastIndex { !blanks.contains($0) }
    return end.map { start[...$0].lowercased() } ?? ""
  }

  /// Whether it is of a kind, in whatever letters it says so.
  func isOf(kind: String) -> Bool {
    kinds.contains { $0.lowercased() == kind } || misspeltKinds.contains { $0.lowercased() == kind }
  }

  /// Whether it is a list of objects that may be Secrets: kubectl takes any list of v1 apart,
  /// whatever its kind says is in it.
  var isList: Bool {
    apiVersions.contains("v1") && kinds.contains { $0.hasSuffix("List") }
  }

  /// Whether the objects in it that do not say what they are, are Secrets.
  var isSecretList: Bool { apiVersions.contains("v1") && kinds.contains("SecretList") }

  var documentKind: DocumentKind {
    DocumentKind(apiVersion: apiVersions.first ?? "", kind: kinds.first ?? "")
  }
}

/// What each mapping says by itself: an alias to a large one must not cost its size every time.
struct HeaderCache {
  /// The part of a header that one mapping has.
  struct Part {
    var apiVersions: [String] = []
    var kinds: [String] = []
    var misspeltKinds: [String] = []
    var hasMergeKey = false
    var merged: [NodeID] = []
  }

  /// In bytes; longer texts are none that matter here.
  private static let maximumTextByteCount = 256

  private var parts: [NodeID: Part] = [:]

  mutating func part(_ node: NodeID, in tree: SourceTree) -> Part {
    guard case .mapping = tree[node].kind else { return Part() }
    if let part = parts[node] { return part }
    var part = Part()
    for pair in tree.eachPair(of: node) {
      let key = tree.target(of: pair.key) ?? pair.key
      if tree.hasValue(key, "apiVersion") {
        append(pair.value, of: tree, to: &part.apiVersions)
      } else if tree.hasValue(key, "kind") {
        append(pair.value, of: tree, to: &part.kinds)
      } else if tree.hasValue(key, "<<") {
        part.hasMergeKey = true
        let merged = tree.target(of: pair.value) ?? pair.value
        part.merged.append(merged)
        part.merged += tree.items(of: merged).map { tree.target(of: $0) ?? $0 }
      } else if Self.isKind(key, in: tree) {
        append(pair.value, of: tree, to: &part.misspeltKinds)
      }
    }
    // Without aliases no mapping is asked for twice.
    if tree.hasAliases { parts[node] = part }
    return part
  }

  private static func isKind(_ key: NodeID, in tree: SourceTree) -> Bool {
    guard tree.withValue(of: key, { $0.count }) == 4 else { return false }
    return tree.string(of: key)?.lowercased() == "kind"
  }

  private func append(_ node: NodeID, of tree: SourceTree, to texts: inout [String]) {
    let node = tree.target(of: node) ?? node
    let count = tree.withValue(of: node) { $0.count }
    guard count > 0, !tree.isNull(node) else { return }
    if count > Self.maximumTextByteCount {
      texts.append("(too long)")
    } else if let text = tree.string(of: node) {
      texts.append(text)
    }
  }
}
