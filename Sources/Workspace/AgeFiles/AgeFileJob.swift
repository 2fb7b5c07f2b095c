internal import Age
internal import CryptoCore
internal import Platform

/// Encrypts or decrypts one age file of any size (https://age-encryption.org/v1).
public struct AgeFileJob: Sendable {
  /// The file to read; `-` for standard input.
  public let input: String
  /// The file to write; nil for standard output.
  public let output: String?

  /// - Throws: `.usage` when both are the same file.
  public init(input: String, output: String?) throws(WorkspaceError) {
    if let output, input != "-", let first = ResolvedPath.file(input),
      first == ResolvedPath.file(output)
    {
      throw WorkspaceError(.usage, "input and output are the same file")
    }
    self.input = input
    self.output = output
  }

  /// Encrypts for recipients.
  ///
  /// - Throws: `.configuration` when there are none or they do not go together.
  public func encrypt(for recipients: AgeRecipients, isArmored: Bool) throws(WorkspaceError) {
    let source = try open()
    guard let output else {
      do {
        return try AgeStream.encrypt(
          reading: { (span) throws(PlatformError) in try source.read(into: &span) },
          for: recipients.recipients, isArmored: isArmored, into: Files.writeStandardOutput)
      } catch { throw WorkspaceError(error, path: input) }
    }
    let file = try AgeFileJob.create(output, mode: 0o644)
    do {
      try AgeStream.encrypt(source, to: file, for: recipients.recipients, isArmored: isArmored)
    } catch { throw WorkspaceError(error, path: input) }
    try AgeFileJob.commit(file, output)
  }

  /// Decrypts with the secrets of a key ring, or with a passphrase when the file wants one.
  ///
  /// Standard output gets nothing of a file that is not whole: a regular file is checked to its end
  /// first. Of a pipe only the first 8 MiB are held back; beyond, only what was found authentic is
  /// passed on.
  ///
  /// - Throws: `.noIdentity`, `.malformed` when the file was altered.
  public func decrypt(with ring: KeyRing, passphrases: PassphraseSource) throws(WorkspaceError) {
    let identities: [any Identity] =
      ring.identities.map(\.identity) + [PassphraseIdentity(passphrases)]
    do throws(WorkspaceError) {
      guard let output else { return try decryptToStandardOutput(identities) }
      let source = try open()
      let file = try AgeFileJob.create(output, mode: 0o600)
      do { try AgeStream.decrypt(source, to: file, identities: identities) } catch {
        throw WorkspaceError(error, path: input)
      }
      try AgeFileJob.commit(file, output)
    } catch {
      if error.message == "not an age file" {
        throw error.hinting("'sealwax decrypt' opens sealed manifests and SOPS files")
      }
      guard error.kind == .noIdentity else { throw error }
      throw error.hinting("name an identity with --identity FILE")
    }
  }

  /// How much of a pipe is held back until it is known to be whole, in bytes.
  private static let heldByteCount = 8 << 20

  private func decryptToStandardOutput(
    _ identities: [any Identity]
  ) throws(WorkspaceError) {
    let source = try open()
    if source.identity.kind == .regular, input != "-" {
      try decrypt(source, identities) { _ in }
      return try decrypt(try open(), identities, into: Files.writeStandardOutput)
    }
    var held = WipedBuffer()
    var isHolding = true
    try decrypt(source, identities) { bytes throws(PlatformError) in
      if isHolding, held.count + bytes.count <= AgeFileJob.heldByteCount {
        held.append(bytes)
        return
      }
      if isHolding {
        try Files.writeStandardOutput(held.bytes)
        held.removeAll()
        isHolding = false
      }
      try Files.writeStandardOutput(bytes)
    }
    do { try Files.writeStandardOutput(held.bytes) } catch { throw WorkspaceError(writing: error) }
  }

  private func decrypt(
    _ source: borrowing InputFile, _ identities: [any Identity], into sink: AgeStream.Sink
  ) throws(WorkspaceError) {
    do {
      try AgeStream.decrypt(
        reading: { (span) throws(PlatformError) in try source.read(into: &span) },
        identities: identities, into: sink)
    } catch { throw WorkspaceError(error, path: input) }
  }

  private func open() throws(WorkspaceError) -> InputFile {
    do { return try input == "-" ? InputFile.standardInput() : InputFile(input) } catch {
      throw WorkspaceError(reading: error)
    }
  }

  private static func create(_ path: String, mode: UInt32) throws(WorkspaceError) -> AtomicFile {
    do {
      return try AtomicFile(at: path, expecting: .anything, options: WriteOptions(mode: mode))
    } catch { throw WorkspaceError(writing: error) }
  }

  private static func commit(
    _ file: consuming AtomicFile, _ path: String
  ) throws(WorkspaceError) {
    do { try file.commit() } catch { throw WorkspaceError(writing: error) }
  }
}
