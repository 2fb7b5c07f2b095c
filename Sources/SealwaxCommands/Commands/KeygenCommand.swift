internal import ArgumentParser
internal import CryptoCore
internal import Envelope
internal import Platform
internal import Workspace

/// `sealwax keygen`.
struct KeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Make a key: an age identity, a key-encryption key or a signing key.",
    discussion: """
      Writes the secret to a new file that only you can read, and says its public part. Existing \
      files are never overwritten. Without --output the secret goes to standard output.

      EXAMPLES
        sealwax keygen -o ~/.config/sealwax/keys.txt
        sealwax keygen --pq -o key.txt             resists quantum computers
        sealwax keygen --passphrase -o key.age     protected by a passphrase
        sealwax keygen --kek -o prod.kek
        sealwax keygen --signing -o signing.txt
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The new file; '-' is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Make a hybrid post-quantum age identity (age1pq...).")
  var pq = false

  @Flag(help: "Make a symmetric key-encryption key.")
  var kek = false

  @Option(help: "The algorithm of a key-encryption key: aes-256-gcm (usual) or secretbox.")
  var cipher: CipherName?

  @Flag(help: "Make an Ed25519 signing key.")
  var signing = false

  @Flag(help: "Protect the identity with a passphrase, asked for on the terminal.")
  var passphrase = false

  @Option(
    help: ArgumentHelp("The same, with the first line of a file.", valueName: "file"),
    completion: .file())
  var passphraseFile: String?

  func run() throws {
    try DestinationOptions.refuseEmpty(output, "--output")
    let kind = try self.kind()
    let isProtected = passphrase || passphraseFile != nil
    guard !isProtected || kind == .x25519 || kind == .hybrid else {
      throw WorkspaceError(.usage, "a passphrase can protect age identities only")
    }
    if let output = OutputPlace.file(output), Files.exists(output) {
      // Before a passphrase is asked for in vain.
      throw WorkspaceError(
        .cannotCreate, "it already exists", path: output,
        hints: ["keys are never overwritten: choose another name"])
    }
    let key = try NewKey.generate(kind)
    if isProtected {
      let secret = try PassphraseSource(file: passphraseFile).newPassphrase(for: "the identity")
      let protected = try key.encrypted(with: secret)
      try write(protected.bytes)
    } else {
      try write(key.fileText.bytes)
    }
    Console.note(kek ? "Key id: \(key.publicText)" : "Public key: \(key.publicText)")
    if kek {
      let entry = KEKEntryText.text(id: key.publicText, file: OutputPlace.file(output))
      Console.note("For the policy: \(entry)")
    }
  }

  private func kind() throws(WorkspaceError) -> NewKey.Kind {
    guard [pq, kek, signing].count(where: { $0 }) <= 1 else {
      throw WorkspaceError(.usage, "--pq, --kek and --signing exclude each other")
    }
    guard cipher == nil || kek else { throw WorkspaceError(.usage, "--cipher goes with --kek") }
    if kek { return .keyEncryptionKey(cipher ?? .aes256GCM) }
    return signing ? .signing : pq ? .hybrid : .x25519
  }

  private func write(_ text: Span<UInt8>) throws(WorkspaceError) {
    if let output = OutputPlace.file(output) { return try NewKey.write(text, to: output) }
    do { try Files.writeStandardOutput(text) } catch { throw WorkspaceError(writing: error) }
  }
}
