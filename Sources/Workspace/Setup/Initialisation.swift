internal import CryptoCore
public import Envelope
internal import Platform

/// Makes a folder ready for sealing: a policy, recipients, and an identity for who has none.
public struct Initialisation: Sendable {
  /// Where the policy goes.
  public var folder: String
  /// Which files it is about.
  public var paths: [String]
  /// Recipients, or names of files in `Keys`; empty to take the user's own identity.
  public var recipients: [String]
  /// The name of the user's recipient file.
  public var name: String
  /// The cipher of the values.
  public var cipher: CipherName
  /// How much of the identity is bound.
  public var scope: SealScope

  /// What was found or made.
  public enum Step: Sendable {
    /// A new identity, with its recipient.
    case madeIdentity(path: String, recipient: String)
    /// An identity that was there.
    case foundIdentity(origin: String, recipient: String)
    /// A new file with a recipient.
    case madeRecipientFile(path: String)
    /// A file with a recipient that was there.
    case keptRecipientFile(path: String)
    /// A new policy.
    case madePolicy(path: String)
    /// A policy that was there.
    case keptPolicy(path: String)
    /// Git now ignores the temporary files that killed runs leave.
    case madeIgnoreFile(path: String)
  }

  /// Sets up `folder` with the usual answers.
  public init(folder: String, name: String) {
    self.folder = folder
    self.name = name
    paths = ["**/*.yaml", "**/*.yml", "**/*.json"]
    recipients = []
    cipher = .aes256GCM
    scope = .strict
  }

  /// Makes what is missing; what is there stays.
  ///
  /// - Throws: `.cannotCreate`, or `.configuration` when a policy is there and wrong.
  public func run(_ report: (Step) -> Void) throws(WorkspaceError) {
    let policyPath = PathParts.join(folder, Policy.fileName)
    if Files.exists(policyPath) {
      _ = try PolicyReader.read(policyPath)
      report(.keptPolicy(path: policyPath))
      try IgnoreFile(folder).write(report)
      return
    }
    // Everything is looked at before anything is made.
    try checkRecipients()
    let text = PolicyTemplate.text(
      paths: paths, recipients: recipients.isEmpty ? [name] : recipients, cipher: cipher.rawValue,
      scope: scope.rawValue)
    try checkPaths()
    try check(text, path: policyPath)
    do { try Files.makeFolder(folder) } catch { throw WorkspaceError(writing: error) }
    if recipients.isEmpty { try writeRecipientFile(report) }
    try write(text, to: policyPath, mode: 0o644)
    report(.madePolicy(path: policyPath))
    try IgnoreFile(folder).write(report)
  }

  private func checkRecipients() throws(WorkspaceError) {
    guard recipients.isEmpty else { return try RecipientLoader.check(recipients, in: folder) }
    guard RecipientDescription.isName(name), !name.hasPrefix(".") else {
      throw WorkspaceError(
        .usage, "'\(escapedForTerminal(name))' cannot be a recipient's name",
        hints: ["use letters, digits, '.', '_', '@', '+' and '-', with --name"])
    }
  }

  private func checkPaths() throws(WorkspaceError) {
    for path in paths {
      do { _ = try GlobPattern(path) } catch {
        throw WorkspaceError(
          .usage, "'\(escapedForTerminal(path))' is not a pattern: a [set] is not closed")
      }
    }
  }

  /// A policy that cannot be read back would stand in the way of the next run.
  private func check(_ text: String, path: String) throws(WorkspaceError) {
    do { _ = try PolicyReader.read(Array(text.utf8).span, path: path, folder: folder) } catch {
      throw WorkspaceError(
        .usage, "the policy would not be one: \(error.message)",
        hints: ["nothing was made; mend --path or --recipient"])
    }
  }

  /// A file for the user's own identity, which is made when there is none.
  ///
  /// - Throws: `.configuration` when there is such a file and it is somebody else's, before anything
  ///   is made.
  private func writeRecipientFile(_ report: (Step) -> Void) throws(WorkspaceError) {
    let keys = PathParts.join(folder, RecipientLoader.folderName)
    let path = PathParts.join(keys, name + ".pub")
    let known = try existingIdentity()
    if Files.exists(path) {
      guard let known, try Initialisation.isFile(path, for: known.recipient) else {
        throw WorkspaceError(
          .configuration, "it is there, and is not for your identity", path: path,
          hints: ["choose another name with --name, or name recipients with --recipient"])
      }
      report(.foundIdentity(origin: known.origin, recipient: known.recipient))
      return report(.keptRecipientFile(path: path))
    }
    let recipient: String
    if let known {
      report(.foundIdentity(origin: known.origin, recipient: known.recipient))
      recipient = known.recipient
    } else {
      recipient = try makeIdentity(report)
    }
    do { try Files.makeFolder(keys) } catch { throw WorkspaceError(writing: error) }
    try write("# \(name)\n\(recipient)\n", to: path, mode: 0o644)
    report(.madeRecipientFile(path: path))
  }

  /// Whether a recipient is in a file; the comment behind an SSH key does not count.
  private static func isFile(
    _ path: String, for recipient: String
  ) throws(WorkspaceError) -> Bool {
    let wanted = recipient.split(separator: " ").prefix(2)
    return try RecipientLoader.texts(inFile: path).contains { text in
      text.split(separator: " ").prefix(2).elementsEqual(wanted)
    }
  }

  private func existingIdentity() throws(WorkspaceError) -> (origin: String, recipient: String)? {
    let ring = try KeyRing.load(files: [], passphrases: PassphraseSource(file: nil, mayAsk: false))
    for key in ring.keys where !key.isDemo {
      guard let recipient = key.recipient,
        recipient.hasPrefix("age1") || recipient.hasPrefix("ssh-")
      else { continue }
      return (key.origin, recipient)
    }
    return nil
  }

  private func makeIdentity(_ report: (Step) -> Void) throws(WorkspaceError) -> String {
    guard let path = IdentityPlaces.userFile else {
      throw WorkspaceError(
        .configuration, "there is no home folder to put an identity into",
        hints: ["make one with 'sealwax keygen -o FILE', and name its recipient with --recipient"])
    }
    let key = try NewKey.generate(.x25519)
    do { try Files.makeFolder(PathParts(path).folder, mode: 0o700) } catch {
      throw WorkspaceError(writing: error)
    }
    try NewKey.write(key.fileText.bytes, to: path)
    report(.madeIdentity(path: path, recipient: key.publicText))
    return key.publicText
  }

  private func write(_ text: String, to path: String, mode: UInt32) throws(WorkspaceError) {
    do {
      try AtomicFile.write(
        Array(text.utf8).span, to: path, expecting: .absent, options: WriteOptions(mode: mode))
    } catch { throw WorkspaceError(writing: error) }
  }
}
