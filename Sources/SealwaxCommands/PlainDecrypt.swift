internal import ArgumentParser

/// The plainest ways to call `decrypt`, read without swift-argument-parser.
///
/// To open one small manifest takes two milliseconds, and to read its arguments by reflection took
/// two. Whatever is not as plain as `decrypt --quiet --identity FILE --output-dir FOLDER PATH...` is
/// left to the parser, and what is read here is what the parser would have read: a test compares them.
enum PlainDecrypt {
  /// The command for the arguments behind `decrypt`; nil when they are for the parser.
  static func command(_ arguments: ArraySlice<String>) -> DecryptCommand? {
    var paths: [String] = []
    var identities: [String] = []
    var isQuiet = false
    var output = DestinationOptions()
    output.inPlace = false
    output.output = nil
    output.outputDir = nil
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "-q", "--quiet": isQuiet = true
      case "-i", "--identity":
        guard let file = rest.popFirst(), isPlain(file) else { return nil }
        identities.append(file)
      case "-I", "--in-place": output.inPlace = true
      case "-o", "--output":
        guard output.output == nil, let file = rest.popFirst(), isPlain(file) else { return nil }
        output.output = file
      case "--output-dir":
        guard output.outputDir == nil, let folder = rest.popFirst(), isPlain(folder) else {
          return nil
        }
        output.outputDir = folder
      default:
        guard isPlain(argument) else { return nil }
        paths.append(argument)
      }
    }
    guard !paths.isEmpty else { return nil }
    return command(paths, identities: identities, output, isQuiet: isQuiet)
  }

  private static func isPlain(_ argument: String) -> Bool {
    !argument.isEmpty && !argument.hasPrefix("-")
  }

  private static func command(
    _ paths: [String], identities files: [String], _ output: DestinationOptions, isQuiet: Bool
  ) -> DecryptCommand {
    var identities = IdentityOptions()
    identities.identity = files
    identities.passphraseFile = nil
    var signatures = SignatureOptions()
    signatures.requireSignature = false
    signatures.signer = []
    var policy = PolicyOptions()
    policy.ignorePolicy = false
    var report = ReportOptions()
    report.json = false
    report.quiet = isQuiet
    report.verbose = false
    var command = DecryptCommand()
    command.paths = paths
    command.identities = identities
    command.signatures = signatures
    command.policy = policy
    command.output = output
    command.report = report
    command.style = .preserve
    return command
  }
}
