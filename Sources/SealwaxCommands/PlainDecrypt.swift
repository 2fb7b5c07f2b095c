internal import ArgumentParser

/// The plainest ways to call `decrypt`, read without swift-argument-parser.
///
/// To open one small manifest takes two milliseconds, and to read its arguments by reflection took
/// another. Whatever is not as plain as `decrypt --quiet --identity FILE PATH...` is left to the
/// parser, and what is read here is what the parser would have read: a test compares them.
enum PlainDecrypt {
  /// The command for the arguments behind `decrypt`; nil when they are for the parser.
  static func command(_ arguments: ArraySlice<String>) -> DecryptCommand? {
    var paths: [String] = []
    var identities: [String] = []
    var isQuiet = false
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "-q", "--quiet": isQuiet = true
      case "-i", "--identity":
        guard let file = rest.popFirst(), isPlain(file) else { return nil }
        identities.append(file)
      default:
        guard isPlain(argument) else { return nil }
        paths.append(argument)
      }
    }
    guard !paths.isEmpty else { return nil }
    return command(paths, identities: identities, isQuiet: isQuiet)
  }

  private static func isPlain(_ argument: String) -> Bool {
    !argument.isEmpty && !argument.hasPrefix("-")
  }

  private static func command(
    _ paths: [String], identities files: [String], isQuiet: Bool
  ) -> DecryptCommand {
    var identities = IdentityOptions()
    identities.identity = files
    identities.passphraseFile = nil
    var signatures = SignatureOptions()
    signatures.requireSignature = false
    signatures.signer = []
    var output = DestinationOptions()
    output.inPlace = false
    output.output = nil
    output.outputDir = nil
    var report = ReportOptions()
    report.json = false
    report.quiet = isQuiet
    report.verbose = false
    var command = DecryptCommand()
    command.paths = paths
    command.identities = identities
    command.signatures = signatures
    command.output = output
    command.report = report
    command.style = .preserve
    return command
  }
}
