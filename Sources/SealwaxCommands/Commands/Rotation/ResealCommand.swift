internal import ArgumentParser
internal import Workspace

/// `sealwax reseal`.
struct ResealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reseal",
    abstract: "Accept what was changed in sealed manifests, and seal it.",
    discussion: """
      After a merge, or a value that was added, removed or typed in beside sealed ones: says what is \
      not as it was sealed, seals what is in plaintext, and makes the seal anew, under the same data \
      key and for those that the policy or the options name. Values that did not change keep their \
      ciphertext. Look first, with --dry-run: the list comes from the file, so that whoever could \
      change the file could leave something out of it. The MAC of a SOPS file does not say what was \
      changed: its values are taken as they stand.

      EXAMPLES
        sealwax reseal --dry-run secrets/db.yaml
        sealwax reseal secrets/db.yaml
        sealwax reseal -r alice -r bob db.yaml
      """)

  @OptionGroup var options: RewriteOptions

  func run() throws {
    let settings = SettingsSource(try options.choices())
    let ring = try options.identities.keyRing()
    try options.run(
      ResealTask(settings: settings, ring: ring),
      BatchConsole.Words(progress: "sealing again", done: "sealed again"))
  }
}
