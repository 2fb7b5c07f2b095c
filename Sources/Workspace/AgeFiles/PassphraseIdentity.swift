internal import Age
internal import CryptoCore
internal import Synchronization

/// Opens files that are encrypted with a passphrase, which is asked for when one comes.
final class PassphraseIdentity: Identity {
  private let source: PassphraseSource
  private let identity = Mutex<ScryptIdentity?>(nil)

  init(_ source: PassphraseSource) { self.source = source }

  func unwrap(_ stanzas: [Stanza], in arena: SecretArena?) throws(AgeError) -> FileKey? {
    guard stanzas.contains(where: { $0.type == "scrypt" }) else { return nil }
    return try known().unwrap(stanzas, in: arena)
  }

  private func known() throws(AgeError) -> ScryptIdentity {
    if let known = identity.withLock({ $0 }) { return known }
    let passphrase: SecretBytes
    do throws(WorkspaceError) { passphrase = try source.passphrase(for: "the file") } catch {
      throw AgeError(.wrongPassphrase, error.message)
    }
    let made = ScryptIdentity(passphrase: passphrase)
    identity.withLock { $0 = made }
    return made
  }
}
