internal import ArgumentParser

/// `sealwax sops`.
struct SOPSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sops",
    abstract: "Read and write SOPS files with SOPS's own command line.",
    discussion: """
      Takes the arguments of SOPS 3.13 and gives its exit statuses; a link named 'sops' to this \
      program does the same. 'sealwax sops --help' lists commands and flags, and docs/sops.md tells \
      what differs.

      EXAMPLES
        sealwax sops decrypt secrets.enc.yaml
        sealwax sops encrypt --age age1... --in-place secrets.yaml
        sealwax sops exec-env secrets.enc.yaml 'make deploy'
        ln -s "$(command -v sealwax)" ~/.local/bin/sops
      """)

  @Argument(parsing: .captureForPassthrough, help: "What SOPS takes.")
  var arguments: [String] = []

  func run() throws {
    let status = SOPSProgram.run(arguments)
    guard status == 0 else { throw ExitCode(status) }
  }
}
