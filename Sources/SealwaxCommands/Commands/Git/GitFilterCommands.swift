internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// `sealwax git clean`.
struct GitCleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Git's clean filter: seal standard input for the repository.",
    discussion: """
      Values that did not change keep the ciphertext that they have in the index, or in HEAD. What \
      cannot be sealed fails, so that no plaintext gets into the repository.

      EXAMPLES
        sealwax git clean secrets/db.yaml < secrets/db.yaml | git hash-object --stdin
      """)

  @Argument(help: "The file's path from the top of the worktree (%f).", completion: .file())
  var path: String

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  func run() throws {
    var filter = try FilterKeys.filter(identities)
    let source = try FilterKeys.standardInput()
    let result: WipedBuffer
    do { result = try filter.clean(source.bytes, path: path) } catch { throw error.at(path) }
    try FilterKeys.finish(&filter, result)
  }
}

/// `sealwax git smudge`.
struct GitSmudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smudge",
    abstract: "Git's smudge filter: open standard input for the worktree.",
    discussion: """
      What no identity opens comes out as it is.

      EXAMPLES
        git cat-file blob HEAD:secrets/db.yaml | sealwax git smudge secrets/db.yaml
      """)

  @Argument(help: "The file's path from the top of the worktree (%f).", completion: .file())
  var path: String

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  func run() throws {
    var filter = try FilterKeys.filter(identities)
    let source = try FilterKeys.standardInput()
    let result = filter.smudge(source.bytes, path: path)
    try FilterKeys.finish(&filter, result)
  }
}

/// `sealwax git filter-process`.
struct GitFilterProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter-process",
    abstract: "Git's long-running filter: clean and smudge any number of files.",
    discussion: """
      Speaks version 2 of git's protocol on standard input and output.

      EXAMPLES
        git config filter.sealwax.process 'sealwax git filter-process'
      """)

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  func run() throws {
    var process = try FilterProcess(try FilterKeys.filter(identities))
    try process.run(report: { Console.error($0) }, note: { FilterKeys.note($0) })
  }
}

/// What the filters have in common.
private enum FilterKeys {
  static func filter(_ identities: IdentityOptions) throws -> SealFilter {
    try SealFilter(ring: try identities.quietKeyRing())
  }

  static func standardInput() throws(WorkspaceError) -> WipedBuffer {
    do { return try Files.readStandardInput(limit: 1 << 30) } catch {
      throw WorkspaceError(reading: error)
    }
  }

  static func note(_ text: String) { Console.warning(Console.shown(text)) }

  static func finish(
    _ filter: inout SealFilter, _ result: borrowing WipedBuffer
  ) throws(WorkspaceError) {
    for text in filter.takeNotes() { note(text) }
    do { try Files.writeStandardOutput(result.bytes) } catch {
      throw WorkspaceError(writing: error)
    }
  }
}
