internal import CryptoCore

/// The types of values, by their names in encrypted values.
enum ScalarType: String {
  case string = "str"
  case integer = "int"
  case float
  case boolean = "bool"
  case time
  case bytes
  case comment

  /// The type of this name.
  init?(name: Span<UInt8>) {
    if name.isSame(as: "str") {
      self = .string
    } else if let type = ScalarType(rawValue: String(copying: name)) {
      self = type
    } else {
      return nil
    }
  }

  /// Whether its values are any text, which has one form only.
  var isText: Bool {
    switch self {
    case .string, .bytes, .comment: true
    case .integer, .float, .boolean, .time: false
    }
  }
}

/// A key with its value, an item of a list, or a comment between them.
struct TreeEntry {
  enum Content {
    /// A comment; one behind a value stands in front of it here, and is marked.
    case comment(isInline: Bool)
    case null
    case scalar(ScalarType)
    case mapping([TreeEntry])
    case list([TreeEntry])
  }

  /// The key; nil for items and comments.
  var key: String?
  var content: Content
  /// The text of a scalar as SOPS encrypts it, or of a comment without its mark, in the tree's store.
  var text = 0..<0
  /// Where the value or comment stands in the source, its quotes or mark included.
  var source = 0..<0
  /// Where the entry begins, its key included.
  var start = 0
  /// Whether it stands between brackets of YAML.
  var isInFlow = false
  /// Whether it is a scalar of YAML without quotes, anchor and tag, read for where it stands and not
  /// for an alias.
  var isPlain = false

  var isComment: Bool {
    if case .comment = content { return true }
    return false
  }
}

/// The documents of a file.
struct Tree {
  /// The entries of each document's mapping.
  var documents: [[TreeEntry]] = []
  /// Where the metadata stood that were taken out, keys included.
  var metadata: [Range<Int>] = []
  let text: TreeText
}

/// What a tree may cost.
enum TreeLimits {
  /// The deepest nesting, aliases followed.
  static let depth = 120
  /// The most entries, aliases expanded.
  static let entryCount = 2_000_000
  /// The most bytes of values, aliases expanded.
  static let byteCount = 256 << 20
}
