internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// `sealwax git diff`.
struct GitDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Git's textconv program: show a sealed manifest for comparing.",
    discussion: """
      Fingerprints stand for values: with an identity of the values, without one of the \
      ciphertext. They show that a value changed and nothing else of it; the secret that they are \
      made with is random and stays in .git. Plaintext is shown on request, and to a terminal only: \
      with --plaintext, or for all differences with 'git config sealwax.diff plaintext'.

      EXAMPLES
        git config diff.sealwax.textconv 'sealwax git diff'
        git diff secrets/db.yaml
        git -c sealwax.diff=plaintext diff secrets/db.yaml
      """)

  @Argument(help: "A manifest.", completion: .file())
  var path: String

  @Flag(help: "Show plaintext, if it goes to a terminal.")
  var plaintext = false

  @OptionGroup(title: "Identities") var identities: IdentityOptions

  func run() throws {
    let ring =
      identities.identity.isEmpty ? KeyRing.loadQuietly() : try identities.keyRing()
    let text = try DiffText(ring: ring, wantsPlaintext: plaintext)
      .text(of: path)
    do { try Files.writeStandardOutput(text.bytes) } catch { throw WorkspaceError(writing: error) }
  }
}
