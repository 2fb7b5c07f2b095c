internal import YAMLSource

/// An object that is to be written in the place of another one, in its style.
struct Draft {
  /// A field.
  struct Entry {
    let key: String
    let value: Value
    /// Comments of the source that go on lines of their own in front.
    var leading: [Range<Int>] = []
    /// A comment of the source that goes behind it.
    var trailing: Range<Int>?

    init(
      _ key: String, _ value: Value, leading: [Range<Int>] = [], trailing: Range<Int>? = nil
    ) {
      self.key = key
      self.value = value
      self.leading = leading
      self.trailing = trailing
    }
  }

  /// What a field holds.
  indirect enum Value {
    /// A public text.
    case text(String)
    /// ASCII bytes of the pool, which may be secret.
    case pooled(Range<Int>)
    /// Fields.
    case mapping([Entry])
    /// A field of the source with its own text, comments included.
    case copied(Pair)
  }

  /// A field of the source.
  struct Pair {
    let key: NodeID
    let value: NodeID
    /// The mapping that it stands in.
    let mapping: NodeID
  }

  var entries: [Entry] = []
}
