internal import Age
internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Synchronization

/// A command that prints identities, as `SOPS_AGE_KEY_CMD` and `SOPS_AGE_SSH_PRIVATE_KEY_CMD` name it.
///
/// It runs when an entry is tried, once for each recipient, and finds the recipient in
/// `SOPS_AGE_RECIPIENT`.
final class IdentityCommand: SOPSKeyUnwrapper {
  private let variable: String
  private let words: [String]
  private let unwrappers = Mutex<[String: SOPSAgeUnwrapper]>([:])

  private init(variable: String, words: [String]) {
    self.variable = variable
    self.words = words
  }

  /// The most bytes that a command may print.
  private static let maximumByteCount = 1 << 20

  /// Those that the environment names.
  static var all: [any SOPSKeyUnwrapper] {
    ["SOPS_AGE_SSH_PRIVATE_KEY_CMD", "SOPS_AGE_KEY_CMD"].compactMap { variable in
      guard let text = Environment.value(variable), !text.isEmpty else { return nil }
      return IdentityCommand(variable: variable, words: ShellWords.split(text) ?? [])
    }
  }

  var backends: [SOPSBackend] { [.age] }

  func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .age else { return nil }
    return try unwrapper(for: entry.recipient).unwrap(entry, in: arena)
  }

  private func unwrapper(for recipient: String) throws(SOPSError) -> SOPSAgeUnwrapper {
    if let known = unwrappers.withLock({ $0[recipient] }) { return known }
    let unwrapper = SOPSAgeUnwrapper(try identities(for: recipient).map(\.identity))
    unwrappers.withLock { $0[recipient] = unwrapper }
    return unwrapper
  }

  private func identities(for recipient: String) throws(SOPSError) -> [ParsedIdentity] {
    guard let name = words.first else { throw failure("is not a command") }
    do {
      var environment = ChildEnvironment()
      try environment.set("SOPS_AGE_RECIPIENT", to: recipient)
      let result = try ChildProcess.run(
        ChildProgram(name, arguments: Array(words.dropFirst())),
        limit: IdentityCommand.maximumByteCount, environment: environment)
      guard result.status.isSuccess else {
        throw failure("failed with status \(result.status.shellStatus)")
      }
      let variable = variable
      return try IdentityFile.parse(
        result.output.bytes, named: variable,
        passphrase: { _ in
          throw AgeError(.unsupported, "the key that \(variable) gives needs a passphrase")
        }, interaction: TerminalInteraction())
    } catch let error as SOPSError {
      throw error
    } catch let error as AgeError {
      throw failure("gives no identity: \(error.message)")
    } catch { throw failure("cannot be run") }
  }

  private func failure(_ what: String) -> SOPSError {
    SOPSError(.noIdentity, "the command in \(variable) \(what)")
  }
}
