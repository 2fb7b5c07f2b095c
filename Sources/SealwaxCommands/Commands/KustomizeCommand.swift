internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// `sealwax kustomize`.
struct KustomizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kustomize",
    abstract: "Open sealed Secrets for kustomize: a KRM function.",
    discussion: """
      Reads a ResourceList of config.kubernetes.io/v1 from standard input and writes it with its \
      Secrets opened. As a generator it adds the objects of the sealed files that its configuration \
      (sealwax.dev/v1, OpenSecrets) names in spec.files; kustomize then renames and patches the \
      opened ones. As a transformer it opens those that come in, and a changed name or namespace \
      breaks their seal.

      Kustomize runs it with --enable-alpha-plugins --enable-exec. kubectl, which has not the latter, \
      runs it as an exec plugin, with the file of its configuration for an argument; objects come and \
      go as a YAML stream then. docs/ci.md has the files for both.

      EXAMPLES
        kustomize build --enable-alpha-plugins --enable-exec overlays/prod
        kubectl kustomize --enable-alpha-plugins overlays/prod
        sealwax kustomize < resource-list.yaml
      """)

  @Argument(
    help: ArgumentHelp(
      "The configuration of an exec plugin; none for a KRM function.",
      valueName: "configuration"), completion: .file())
  var configurationFile: String?

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    if let configurationFile { return try runPlugin(configurationFile) }
    do throws(WorkspaceError) {
      let ring = try identities.keyRing()
      let function = ResourceListFunction(ring, signers: try policy.requiredSigners(signatures))
      let input = try ManifestFile.read("-")
      let output = try function.run(input.text.bytes)
      do { try Files.writeStandardOutput(output.bytes) } catch {
        throw WorkspaceError(writing: error)
      }
    } catch {
      if error.kind != .inputOutput { try Console.print(ResourceListFunction.failure(error)) }
      throw error
    }
  }

  private func runPlugin(_ configuration: String) throws {
    let inputs = try ExecPlugin.inputs(configuration: configuration)
    let opening = OpenTask(
      try identities.keyRing(), signers: try policy.requiredSigners(signatures))
    var console = BatchConsole(
      BatchConsole.Words(progress: "opening", done: "opened", isOpening: true),
      options: .withoutReport())
    try BatchRun.run(
      ManifestBatch(opening, destination: .standardOutput, mode: 0o600), inputs,
      console: &console)
  }
}
