public import Age
internal import CryptoCore
public import Envelope
internal import Platform

/// The secrets that a command can open with.
public struct KeyRing: Sendable {
  /// A secret, without its secret part.
  public struct Key: Sendable {
    /// What kind it is: "age", "SSH", "key-encryption key", ...
    public let kind: String
    /// The text of the recipient that it opens for; nil when only a trial tells.
    public let recipient: String?
    /// Where it comes from.
    public let origin: String
    /// Whether it is one of the published demo keys.
    public let isDemo: Bool
  }

  /// What opens sealed manifests, in the order in which it is tried.
  public private(set) var unwrappers: [any KeyUnwrapper] = []
  /// The age identities among them, for age files.
  public private(set) var identities: [ParsedIdentity] = []
  /// What there is.
  public private(set) var keys: [Key] = []
  /// What the user should know about the files.
  public private(set) var warnings: [String] = []

  /// What asks for passphrases, when identities are those that were found and not named.
  private var usual: PassphraseSource?

  private init() {}

  /// No secrets at all.
  public static let empty = KeyRing()

  /// Whether a published demo key is among them.
  public var hasDemoKey: Bool { keys.contains(where: \.isDemo) }

  /// Loads the named files; without any, all that is found where identities usually are.
  ///
  /// Passphrases are asked for when an identity is first needed, not now.
  ///
  /// - Throws: `.noInput` when a named file is not there, `.malformed` when one holds no identity.
  public static func load(
    files: [String], passphrases: PassphraseSource
  ) throws(WorkspaceError) -> KeyRing {
    var ring = KeyRing()
    ring.warnings = (try? KeyServices.ofVariables().warnings) ?? []
    if files.isEmpty {
      ring.usual = passphrases
      try ring.addUsual(passphrases)
    } else {
      for file in files { try ring.add(file: file, passphrases) }
    }
    return ring
  }

  /// Loads the identities of one text.
  static func load(
    text: Span<UInt8>, origin: String, passphrases: PassphraseSource
  ) throws(WorkspaceError) -> KeyRing {
    var ring = KeyRing()
    try ring.add(text, origin: origin, passphrases)
    return ring
  }

  /// What is found where identities usually are and needs no question; nothing where that fails.
  public static func loadQuietly() -> KeyRing {
    (try? load(files: [], passphrases: PassphraseSource(file: nil, mayAsk: false))) ?? .empty
  }

  /// What is found where identities usually are and where SOPS looks for SSH keys, as far as it can
  /// be read, and why the rest cannot: a file may need none of that.
  static func loadAllReadable(
    _ passphrases: PassphraseSource
  ) -> (ring: KeyRing, problems: [WorkspaceError]) {
    var ring = KeyRing()
    var problems: [WorkspaceError] = []
    for place in IdentityPlaces.usual + IdentityPlaces.ssh {
      do throws(WorkspaceError) { try ring.add(place, passphrases) } catch {
        problems.append(error)
      }
    }
    return (ring, problems)
  }

  /// The keys of SOPS files: these, and unless they were named, those of the places that SOPS looks at.
  func sopsKeys() -> SOPSKeys {
    var problems: [WorkspaceError] = []
    var services = KeyServices.none
    do throws(WorkspaceError) { services = try .ofVariables() } catch { problems.append(error) }
    guard let usual else {
      return SOPSKeys(self, isNamed: true, services: services, problems: problems)
    }
    var ring = self
    for place in IdentityPlaces.ssh {
      do throws(WorkspaceError) { try ring.add(place, usual) } catch { problems.append(error) }
    }
    return SOPSKeys(ring, isNamed: false, services: services, problems: problems)
  }

  private mutating func addUsual(_ passphrases: PassphraseSource) throws(WorkspaceError) {
    for place in IdentityPlaces.usual { try add(place, passphrases) }
  }

  private mutating func add(
    _ place: IdentityPlaces.Place, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) {
    switch place {
    case .variable(let name): try add(variable: name, passphrases)
    case .fileNamedBy(let name): try addFile(namedBy: name, passphrases)
    case .file(let path): if Files.exists(path) { try add(file: path, passphrases) }
    }
  }

  private mutating func addFile(
    namedBy variable: String, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) {
    guard let path = Environment.value(variable), !path.isEmpty else { return }
    do throws(WorkspaceError) { try add(file: path, passphrases) } catch {
      throw error.hinting("\(variable) names this file")
    }
  }

  private mutating func add(
    variable: String, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) {
    let secret: SecretBytes?
    do { secret = try Environment.secret(variable) } catch {
      throw WorkspaceError(.other, "no memory for an identity")
    }
    guard let secret, secret.count > 0 else { return }
    guard variable == KeyVariables.sopsKey else {
      return try add(secret.bytes, origin: variable, passphrases)
    }
    let lines = KeyRing.linePerWord(secret.bytes)
    try add(lines.bytes, origin: variable, passphrases)
  }

  /// SOPS takes several identities on a line of its variable.
  private static func linePerWord(_ text: Span<UInt8>) -> WipedBuffer {
    var lines = WipedBuffer(capacity: text.count)
    var isComment = false
    var isLineStart = true
    for index in text.indices {
      let byte = text[index]
      if isLineStart { isComment = byte == UInt8(ascii: "#") }
      isLineStart = byte == 0x0a
      lines.append(!isComment && (byte == 0x20 || byte == 0x09) ? 0x0a : byte)
    }
    return lines
  }

  private mutating func add(
    file: String, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) {
    let text = try KeyFileText(file)
    try add(text.bytes.bytes, origin: file, passphrases)
    if text.isOpenToOthers, keys.contains(where: { $0.origin == file && !$0.isDemo }) {
      warnings.append(
        "\(escapedForTerminal(file)) can be read by others; run chmod 600 on it")
    }
  }

  private mutating func add(
    _ text: Span<UInt8>, origin: String, _ passphrases: PassphraseSource
  ) throws(WorkspaceError) {
    switch KeyFileKind(of: text) {
    case .signingKey:
      throw WorkspaceError(
        .configuration, "this is a signing key, which opens nothing", path: origin,
        hints: ["sign with it by --sign-with"])
    case .keyEncryptionKey:
      do {
        let kek = try KeyEncryptionKey(text: text)
        unwrappers.append(KEKUnwrapper(kek))
        keys.append(
          Key(
            kind: "key-encryption key", recipient: kek.id, origin: origin,
            isDemo: DemoKeys.contains(kek.id)))
      } catch { throw WorkspaceError(error, path: origin) }
    case .identities, .encryptedIdentities:
      let found: [ParsedIdentity]
      do {
        let shown = escapedForTerminal(origin)
        found = try IdentityFile.parse(
          text, named: shown,
          passphrase: { _ in
            do throws(WorkspaceError) { return try passphrases.passphrase(for: shown) } catch {
              throw AgeError(.wrongPassphrase, error.message)
            }
          }, interaction: TerminalInteraction())
      } catch { throw WorkspaceError(error, path: origin) }
      identities += found
      for identity in found {
        unwrappers.append(
          AgeKeyUnwrapper(identity.identity, recipientText: identity.recipientText))
        keys.append(
          Key(
            kind: identity.kind.rawValue, recipient: identity.recipientText, origin: origin,
            isDemo: identity.recipientText.map(DemoKeys.contains) ?? false))
      }
    }
  }
}
