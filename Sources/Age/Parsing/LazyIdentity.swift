internal import CryptoCore
internal import Synchronization

/// Identities that are locked with a passphrase until a file needs them.
final class LazyIdentity: Identity {
  private let isWanted: @Sendable ([Stanza]) -> Bool
  private let unlock: @Sendable () throws(AgeError) -> [any Identity]
  private let outcome = Mutex<Result<[any Identity], AgeError>?>(nil)

  /// Locked identities.
  ///
  /// - Parameters:
  ///   - isWanted: Whether a file may be for them, as far as is known without unlocking.
  ///   - unlock: Asks and unlocks; called once, also when it fails.
  init(
    isWanted: @escaping @Sendable ([Stanza]) -> Bool,
    unlock: @escaping @Sendable () throws(AgeError) -> [any Identity]
  ) {
    self.isWanted = isWanted
    self.unlock = unlock
  }

  func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    guard isWanted(stanzas) else { return nil }
    for identity in try unlocked().get() {
      if let fileKey = try identity.unwrap(stanzas, in: arena) { return fileKey }
    }
    return nil
  }

  /// Others wait meanwhile: the question is asked once.
  private func unlocked() -> Result<[any Identity], AgeError> {
    outcome.withLock { outcome in
      if let outcome { return outcome }
      let result: Result<[any Identity], AgeError>
      do throws(AgeError) { result = .success(try unlock()) } catch { result = .failure(error) }
      outcome = result
      return result
    }
  }
}
