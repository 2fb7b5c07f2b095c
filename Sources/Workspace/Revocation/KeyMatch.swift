internal import Age
internal import CryptoCore
internal import Envelope
internal import Platform

/// Who lost access, or is to lose it: recipients as people name them.
public struct KeyMatch: Sendable {
  /// Those that were named, as `RecipientDescription.key` has them.
  public private(set) var keys: Set<String> = []
  /// Names by which envelopes call them.
  public private(set) var names: Set<String> = []
  /// What was named and is no recipient that can be told from the outside: it has to be found.
  private(set) var unresolved: [String] = []

  /// Takes what people write: a recipient, also one that only SOPS has (a fingerprint, an ARN, a URL, a
  /// resource's name), the id of a key-encryption key, the name of a file in `Keys` or of a recipient
  /// in old versions, or a file with recipients, identities or a key-encryption key.
  ///
  /// - Parameter folder: Where the policy is looked for.
  /// - Throws: `.configuration` for what can be none, such as a secret key.
  public init(_ texts: [String], policyIn folder: String = ".") throws(WorkspaceError) {
    let policy = try PolicyFinder().policy(inOrAbove: folder)
    for text in texts { try add(text, policy?.folder ?? folder) }
  }

  private mutating func add(_ text: String, _ folder: String) throws(WorkspaceError) {
    guard !SecretKeyText.isIn(text) else {
      throw WorkspaceError(
        .configuration, "a secret key is not to be named on a command line, which others can see",
        hints: ["name its public part, or a file that holds it"])
    }
    if text.hasPrefix("age1") || text.hasPrefix("ssh-") {
      for wrapper in try RecipientLoader.wrappers(texts: [text], files: [], kekFiles: []) {
        keys.insert(wrapper.recipient.key)
      }
      return
    }
    if ListedKEK.isID(text) {
      keys.insert("\(RecipientKind.kek.rawValue) \(text)")
      return
    }
    let isName = RecipientDescription.isName(text) && !text.hasPrefix(".")
    if isName {
      let file = RecipientLoader.path(of: text, in: folder)
      if Files.exists(file) {
        names.insert(text)
        for recipient in try RecipientLoader.texts(inFile: file) {
          keys.insert("\(RecipientKind.age.rawValue) \(AgeRecipientText.encode(recipient))")
        }
        return
      }
    }
    let services = SOPSRecipientKey.keys(named: text)
    guard services.isEmpty else {
      keys.formUnion(services)
      return
    }
    if Files.exists(text) { return try add(file: text) }
    guard isName else {
      throw WorkspaceError(
        .configuration, "'\(escapedForTerminal(text))' is no recipient, no file and no name of one")
    }
    names.insert(text)
    unresolved.append(text)
  }

  private mutating func add(file: String) throws(WorkspaceError) {
    let text = try KeyFileText(file)
    switch text.kind {
    case .keyEncryptionKey:
      keys.insert("\(RecipientKind.kek.rawValue) \(try KeyFiles.keyEncryptionKey(file).id)")
    case .signingKey:
      throw WorkspaceError(
        .configuration, "this is a signing key, which opens nothing", path: file)
    case .encryptedIdentities:
      throw WorkspaceError(
        .configuration, "these identities are encrypted, and do not say for whom they open",
        path: file, hints: ["name the recipient itself, or its name in Keys"])
    case .identities:
      guard !Self.holdsSecret(text.bytes.bytes) else { return try add(identities: text, file) }
      for recipient in try RecipientLoader.texts(inFile: file) {
        keys.insert("\(RecipientKind.age.rawValue) \(AgeRecipientText.encode(recipient))")
      }
    }
  }

  /// The recipients of identities, for who has found a copy of them.
  private mutating func add(
    identities text: borrowing KeyFileText, _ file: String
  ) throws(WorkspaceError) {
    let ring = try KeyRing.load(
      text: text.bytes.bytes, origin: file,
      passphrases: PassphraseSource(file: nil, mayAsk: false))
    for key in ring.keys {
      guard let recipient = key.recipient else {
        throw WorkspaceError(
          .configuration, "an identity in it does not say for whom it opens", path: file,
          hints: ["name the recipient itself, or its name in Keys"])
      }
      keys.insert("\(RecipientKind.age.rawValue) \(AgeRecipientText.encode(recipient))")
    }
  }

  private static func holdsSecret(_ text: Span<UInt8>) -> Bool {
    for mark in ["AGE-SECRET-KEY-", "AGE-PLUGIN-", "PRIVATE KEY"].map({ Array($0.utf8) })
    where text.count >= mark.count {
      for start in 0...(text.count - mark.count)
      where text.extracting(start..<start + mark.count).isSame(as: mark.span) { return true }
    }
    return false
  }

  /// Whether it is one of those that were named.
  func matches(_ recipient: RecipientDescription) -> Bool {
    keys.contains(recipient.key) || recipient.name.map(names.contains) ?? false
  }

  /// The same with every key that goes by one of the names: somebody may have had several.
  func knowing(_ recipients: some Sequence<RecipientDescription>) -> KeyMatch {
    var match = self
    for recipient in recipients where matches(recipient) { match.keys.insert(recipient.key) }
    return match
  }

  /// The same with the keys that go by names of which nothing else is known.
  func knowingUnresolved(_ recipients: some Sequence<RecipientDescription>) -> KeyMatch {
    var match = self
    for recipient in recipients where recipient.name.map(unresolved.contains) ?? false {
      match.keys.insert(recipient.key)
    }
    return match
  }

  /// - Throws: `.noInput` for a name that nobody ever had: it may be mistyped.
  func check(_ recipients: some Sequence<RecipientDescription>) throws(WorkspaceError) {
    let known = Set(recipients.compactMap(\.name))
    guard let name = unresolved.first(where: { !known.contains($0) }) else { return }
    throw WorkspaceError(
      .noInput, "no version of a Secret was ever sealed for '\(escapedForTerminal(name))'",
      hints: ["'sealwax status .' shows for whom they are sealed; name a key by its text, too"])
  }
}
