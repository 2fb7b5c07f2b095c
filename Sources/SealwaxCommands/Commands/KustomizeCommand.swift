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
      breaks their seal. Kustomize runs it with --enable-alpha-plugins --enable-exec; docs/ci.md has \
      the files.

      EXAMPLES
        kubectl kustomize --enable-alpha-plugins --enable-exec overlays/prod
        sealwax kustomize < resource-list.yaml
      """)

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
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
}
