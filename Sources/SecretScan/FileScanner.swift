internal import CryptoCore
internal import Envelope
internal import Findings
public import Manifest
internal import YAMLSource

/// Looks at files for what does not belong into a repository.
///
/// No key is needed. One for each worker. The bytes are searched for a few words first; only where
/// one is, anything is parsed.
public struct FileScanner: ~Copyable {
  /// Larger files are given in pieces.
  public static let maximumWholeByteCount = 16 << 20
  /// Texts in texts in texts: deeper ones are not looked into.
  static let maximumDepth = 4

  /// More of one file are not told.
  private static let maximumFindingCount = 200
  /// How many bytes are compared in texts that are no documents, over and over again.
  private static let looseByteCount = 64 << 20

  var storage = ParserStorage()
  var result = ScanResult()
  /// What is left of that.
  var looseBudget = 0
  /// Which fields of objects beside Secrets are to be sealed.
  var fields = FieldChoice.none

  /// Makes a scanner.
  public init() {}

  /// What is wrong with a file, or with a piece of a large one.
  ///
  /// - Parameters:
  ///   - bytes: Its contents.
  ///   - name: Its path or name, which says what it may be.
  ///   - isPiece: Whether there is more of the file: then nothing is parsed as a whole.
  ///   - fields: Which fields of objects beside Secrets are to be sealed, as a policy says.
  ///   - isForSecrets: Whether Secrets alone are looked for, no keys and nothing of SOPS.
  public mutating func scan(
    _ bytes: Span<UInt8>, name: String, isPiece: Bool = false, fields: FieldChoice = .none,
    isForSecrets: Bool = false
  ) -> ScanResult {
    result = ScanResult()
    looseBudget = Self.looseByteCount
    self.fields = fields
    let kind = isPiece ? .text : FileKind(name: name)
    if let text = UTF16Text.utf8(of: bytes) {
      scan(text.bytes, kind: kind, at: .file, wantsKeys: !isForSecrets)
    } else if isForSecrets {
      scan(bytes, kind: kind, at: .file, wantsKeys: false)
    } else {
      if !isPiece, let file = KeyFile.kind(of: bytes) {
        let rule = file.isEncrypted ? ScanRules.encryptedPrivateKey : ScanRules.privateKey
        result.findings.append(ScanFinding(rule: rule, message: file.name, position: nil))
      }
      scan(bytes, kind: kind, at: .file, wantsKeys: true)
      if !isPiece { scanSOPS(bytes, name: name) }
    }
    settle()
    return result
  }

  /// Looks at a text.
  ///
  /// - Parameters:
  ///   - wantsKeys: Whether private keys are looked for; they were, in a text that stands in the
  ///     file as it is.
  mutating func scan(
    _ bytes: Span<UInt8>, kind: FileKind, at place: Placement, wantsKeys: Bool,
    isAnnotation: Bool = false
  ) {
    var traces = Traces()
    // Where the policy names fields, every manifest is read.
    traces.hasSecret = place.depth == 0 && kind == .manifest && !fields.rules.isEmpty
    var next = 0
    var decodedEnd = 0
    var cursor = PositionCursor()
    while let match = AnchorSearch.shared.next(in: bytes, from: &next) {
      switch match.anchor {
      case .secret:
        if Traces.isWord(bytes, match.offset) { traces.hasSecret = true }
      case .generator, .appliedObject, .envelope: traces.hasSecret = true
      case .encryptionConfiguration, .kubeconfig: traces.hasConfiguration = true
      case .base64(let alignment):
        guard wantsKeys, match.offset >= decodedEnd, place.depth < Self.maximumDepth else { break }
        let position = cursor.position(of: match.offset, in: bytes)
        decodedEnd = scanBase64(bytes, at: match.offset, alignment, place.place(position), place)
      case .privateKey, .agePrivateKey, .sealwaxKey, .putty:
        guard wantsKeys, !isFull, let key = key(match, in: bytes) else { break }
        let message = place.depth > 0 ? "\(key.name), in Base64" : key.name
        add(
          key.isEncrypted ? ScanRules.encryptedPrivateKey : ScanRules.privateKey, message,
          place.place(cursor.position(of: key.offset, in: bytes)))
      }
    }
    if kind == .manifest, !traces.isAny, Traces.hasEscapes(bytes) { traces.hasSecret = true }
    guard traces.isAny else { return }
    scanDocuments(bytes, kind: kind, at: place, isAnnotation: isAnnotation)
  }

  private func key(_ match: AnchorSearch.Match, in bytes: Span<UInt8>) -> PrivateKeyText.Key? {
    switch match.anchor {
    case .privateKey: PrivateKeyText.armored(bytes, at: match.offset)
    case .agePrivateKey: PrivateKeyText.age(bytes, at: match.offset)
    case .sealwaxKey: PrivateKeyText.sealwax(bytes, at: match.offset)
    default: PrivateKeyText.putty(bytes, at: match.offset)
    }
  }

  /// Looks into the Base64 around an offset; returns where it ends.
  private mutating func scanBase64(
    _ bytes: Span<UInt8>, at offset: Int, _ alignment: Int, _ base: SourcePosition,
    _ place: Placement
  ) -> Int {
    let run = Base64Run(bytes, around: offset)
    let text = run.decoded(bytes, anchor: offset, alignment: alignment)
    scan(
      text.bytes, kind: .unknown,
      at: Placement(base: base, keepsLines: false, depth: place.depth + 1), wantsKeys: true)
    return run.range.upperBound
  }

  /// Reads a text as YAML or JSON, or as what may have such in it.
  private mutating func scanDocuments(
    _ bytes: Span<UInt8>, kind: FileKind, at place: Placement, isAnnotation: Bool
  ) {
    let isText = kind == .text || bytes.isEmpty
    var tree: SourceTree?
    if !isText {
      do throws(SourceError) { tree = try SourceTree.parse(bytes, storage: &storage) } catch {
        noteUnreadable(bytes, kind, place, error)
      }
    }
    guard let tree,
      tree.documents.contains(where: { document in
        document.root.map { tree.isCollection($0) } ?? false
      })
    else { return scanLoosely(bytes, at: place, isAnnotation: isAnnotation, onlyComments: false) }
    scanTree(tree, bytes, at: place, isAnnotation: isAnnotation)
    if !tree.comments.isEmpty {
      scanLoosely(bytes, at: place, isAnnotation: isAnnotation, onlyComments: true)
    }
  }

  /// A manifest that nobody can read: a merge that was not finished, sealed values that nothing opens,
  /// or, where the policy names fields, what may be of such a kind.
  private mutating func noteUnreadable(
    _ bytes: Span<UInt8>, _ kind: FileKind, _ place: Placement, _ error: SourceError
  ) {
    guard place.depth == 0, kind == .manifest else { return }
    if noteConflict(bytes) || Traces.hasActions(bytes) { return }
    if bytes.contains(text: "sealwax.dev/envelope") || bytes.contains(text: "SEALWAX1") {
      add(
        ScanRules.unclearSecret, "it has sealed values, and cannot be read: \(error.message)",
        place.place(error.position))
      return
    }
    for rule in fields.rules {
      guard let offset = Self.offset(of: Array(rule.kind.utf8), in: bytes) else { continue }
      var cursor = PositionCursor()
      add(
        ScanRules.unclearSecret,
        "it is not YAML or JSON, and may hold a \(rule.kind): the policy has fields of it sealed",
        place.place(cursor.position(of: offset, in: bytes)))
      return
    }
  }

  /// Tells of git's conflict markers in a file; false when there are none.
  mutating func noteConflict(_ bytes: Span<UInt8>) -> Bool {
    guard let offset = ConflictMarkers.first(in: bytes) else { return false }
    var cursor = PositionCursor()
    add(
      ScanRules.openConflict, "git's conflict markers are still in it",
      cursor.position(of: offset, in: bytes))
    return true
  }

  private static func offset(of word: [UInt8], in bytes: Span<UInt8>) -> Int? {
    guard bytes.count >= word.count else { return nil }
    for start in 0...bytes.count - word.count {
      var count = 0
      while count < word.count, bytes[start + count] == word[count] { count += 1 }
      if count == word.count { return start }
    }
    return nil
  }

  mutating func add(
    _ rule: Rule, _ message: String, _ position: SourcePosition
  ) {
    guard !isFull else { return }
    result.findings.append(ScanFinding(rule: rule, message: message, position: position))
  }

  var isFull: Bool { result.findings.count >= Self.maximumFindingCount }

  /// Puts the findings in order, and takes out what is said twice of the same value.
  private mutating func settle() {
    let holders = Set(
      result.findings.lazy.filter { $0.rule == ScanRules.kubeconfig }.compactMap(\.position?.line))
    var seen: Set<String> = []
    let kept = result.findings.filter { finding in
      guard let position = finding.position else { return true }
      let isRepeated = finding.rule == ScanRules.privateKey && holders.contains(position.line)
      let place = "\(finding.rule.id):\(position.line):\(position.column):\(finding.message)"
      return !isRepeated && seen.insert(place).inserted
    }
    result.findings = kept.enumerated().sorted { left, right in
      let first = left.element.position?.offset ?? -1
      let second = right.element.position?.offset ?? -1
      return first != second ? first < second : left.offset < right.offset
    }.map(\.element)
  }
}
