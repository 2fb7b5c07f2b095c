internal import ArgumentParser
internal import CryptoCore
internal import Platform
internal import Workspace

/// `sealwax view`.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show the values of sealed Secrets, decoded.",
    discussion: """
      With an entry it prints that value alone, exactly. 'sealwax decrypt' gives the manifest.

      EXAMPLES
        sealwax view secrets/db.yaml
        sealwax view secrets/tls.yaml data.tls.crt | openssl x509 -noout -dates
      """)

  @Argument(help: "A sealed manifest, or '-'.", completion: .file())
  var path: String

  @Argument(
    help:
      "data.KEY or stringData.KEY, to print one value; of others a.b.0; in SOPS files also [\"a\"][\"b\"][0]."
  )
  var entry: String?

  @Flag(help: "Print JSON: values that are no text in Base64.")
  var json = false

  @Option(
    help: ArgumentHelp("Which Secret of the manifest.", valueName: "[namespace/]name"))
  var secret: String?

  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func run() throws {
    try StandardInputUse.check([path], identities.standardInputUses)
    let ring = try identities.keyRing()
    let required = try policy.requiredSigners(signatures)
    let signers = try required.signers(for: path)
    ring.warnOfDemoKeys(path)
    let file = try SealedFile(path, ring: ring, retired: required.retired)
    let selector = UnitSelector(secret)
    if let entry {
      guard !json else {
        throw WorkspaceError(.usage, "one value is printed as it is, not as JSON")
      }
      let value = try OpenedValues.value(
        at: entry, of: file, selector: selector, trustedSigners: signers)
      return try write(value.bytes)
    }
    var values = OpenedValues()
    try values.add(
      file, selector: selector, trustedSigners: signers, includesOthers: true)
    let text = json ? ValuesJSON.text(values) : ValuesText.text(values)
    try write(text.bytes)
  }

  private func write(_ bytes: Span<UInt8>) throws(WorkspaceError) {
    do { try Files.writeStandardOutput(bytes) } catch { throw WorkspaceError(writing: error) }
  }
}
