internal import CryptoCore

/// A selection made ready for a walk over a tree.
struct Selector: Sendable {
  private enum Test: Sendable {
    case suffix([UInt8])
    case expression(RegexProgram)
  }

  let kind: SOPSSelection.Kind
  private let test: Test

  /// - Throws: `.malformedRule`.
  init(_ kind: SOPSSelection.Kind, _ pattern: String) throws(SOPSError) {
    guard !pattern.isEmpty else {
      throw SOPSError(.malformedRule, "\(kind.rawValue) is empty")
    }
    guard kind.isRegex else {
      self.init(suffix: pattern, kind)
      return
    }
    guard let program = RegexProgram(pattern) else {
      throw SOPSError(
        .malformedRule,
        "\(kind.rawValue) is no regular expression that this program can run "
          + "(RE2's syntax without scripts): \(Printable.text(pattern))")
    }
    self.init(kind, .expression(program))
  }

  /// For keys with an ending.
  init(suffix: String, _ kind: SOPSSelection.Kind) {
    self.init(kind, .suffix(Array(suffix.utf8)))
  }

  private init(_ kind: SOPSSelection.Kind, _ test: Test) {
    self.kind = kind
    self.test = test
  }

  private func matches(_ text: Span<UInt8>) -> Bool {
    switch test {
    case .suffix(let suffix):
      return text.count >= suffix.count
        && text.extracting((text.count - suffix.count)...).isSame(as: suffix.span)
    case .expression(let program): return program.matches(text)
    }
  }

  /// What is known at a place of the walk.
  struct State {
    /// Whether a key or a comment on the way here matches.
    fileprivate var isMatched = false
    /// Whether a comment matches that stands directly above, in the same collection.
    fileprivate var hasMatchedComment = false
  }

  /// The state for what is in a collection, at its beginning.
  func inside(_ state: State) -> State {
    State(isMatched: state.isMatched || state.hasMatchedComment)
  }

  /// The state for the value of a key.
  func below(_ key: String, _ state: State) -> State {
    guard !kind.isAboutComments, !state.isMatched else { return state }
    let bytes = Array(key.utf8)
    return matches(bytes.span) ? State(isMatched: true) : state
  }

  /// Whether a value is encrypted.
  func encrypts(_ state: State) -> Bool {
    (state.isMatched || state.hasMatchedComment) == kind.encryptsMatches
  }

  /// Takes a comment in, and says whether it is encrypted itself.
  ///
  /// A comment that asks for encryption is not encrypted, else nobody could tell that it asks.
  func encrypts(comment range: Range<Int>, in text: TreeText, _ state: inout State) -> Bool {
    guard kind.isAboutComments else { return encrypts(state) }
    let before = encrypts(state)
    if !state.hasMatchedComment { state.hasMatchedComment = text.lend(range) { matches($0) } }
    return kind.encryptsMatches ? before : encrypts(state)
  }

  /// The state behind a value: comments hold for the value below them only.
  func behindValue(_ state: State) -> State { State(isMatched: state.isMatched) }

  /// Whether an encrypted comment could be taken for one that asks for no encryption.
  func isMisled(byEncryptedComment range: Range<Int>, in text: TreeText) -> Bool {
    kind == .unencryptedCommentRegex && text.lend(range) { matches($0) }
  }
}
