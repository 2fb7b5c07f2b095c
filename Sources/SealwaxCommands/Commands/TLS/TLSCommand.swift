internal import ArgumentParser

/// `sealwax tls`.
struct TLSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tls",
    abstract: "Look into a cluster's certificates and encryption in transit.",
    discussion: """
      EXAMPLES
        sealwax tls check /etc/kubernetes
        sealwax tls coverage --root /
        sealwax tls probe --ca /etc/kubernetes/pki/ca.crt 10.0.0.10:6443
      """,
    subcommands: [TLSCheckCommand.self, CoverageCommand.self, ProbeCommand.self])
}
