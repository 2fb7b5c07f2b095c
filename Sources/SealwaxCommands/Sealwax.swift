internal import ArgumentParser

/// The program.
struct Sealwax: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sealwax",
    abstract: "Kubernetes Secrets, safe in git.",
    discussion: """
      Seals the values of Secret manifests and leaves every other byte, so that manifests can be \
      committed, reviewed and merged.

      EXAMPLES
        sealwax init                            a policy and a key
        sealwax encrypt --in-place secrets/     before git commit
        sealwax apply secrets/ -- --server-side
        sealwax set secrets/db.yaml stringData.password < new-password

      EXIT STATUS
        0 fine, 1 findings or verification failed, 64 usage, 65 malformed or tampered input, \
      66 no input, 70 internal failure, 73 cannot create, 74 cannot read or write, 77 no usable \
      identity, 78 configuration.
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(
        name: "Keys",
        subcommands: [InitCommand.self, KeygenCommand.self, KeysCommand.self]),
      CommandGroup(
        name: "Manifests",
        subcommands: [
          EncryptCommand.self, DecryptCommand.self, ViewCommand.self, EditCommand.self,
          SetCommand.self, UnsetCommand.self, ExecCommand.self,
        ]),
      CommandGroup(
        name: "Pipelines",
        subcommands: [ApplyCommand.self, MaskCommand.self, KustomizeCommand.self]),
      CommandGroup(
        name: "Keys of sealed manifests",
        subcommands: [
          RewrapCommand.self, RotateCommand.self, ResealCommand.self, KEKCommand.self,
        ]),
      CommandGroup(
        name: "When a key or a value is lost",
        subcommands: [RevokeCommand.self, ExposureCommand.self, LeaksCommand.self]),
      CommandGroup(
        name: "Other formats",
        subcommands: [SealCommand.self, UnsealCommand.self, ConvertCommand.self]),
      CommandGroup(
        name: "Checks", subcommands: [StatusCommand.self, VerifyCommand.self, PolicyCommand.self]),
      CommandGroup(name: "Repositories", subcommands: [GitCommand.self]),
      CommandGroup(
        name: "Clusters", subcommands: [AtRestCommand.self, TLSCommand.self, AuditCommand.self]),
      CommandGroup(name: "Other files", subcommands: [FileCommand.self, SOPSCommand.self]),
    ])
}
