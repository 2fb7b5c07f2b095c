internal import ArgumentParser
internal import Platform
internal import SealedSecretFormat
internal import Workspace
internal import YAMLSource

/// What values are bound to.
enum ScopeChoice: String, ExpressibleByArgument, CaseIterable {
  case strict
  case namespaceWide = "namespace-wide"
  case clusterWide = "cluster-wide"

  var scope: SealingScope {
    switch self {
    case .strict: .strict
    case .namespaceWide: .namespaceWide
    case .clusterWide: .clusterWide
    }
  }
}

/// The syntax of a result.
enum ManifestFormat: String, ExpressibleByArgument, CaseIterable {
  case yaml, json

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }

  /// The one that a file's name promises; nil when it promises none.
  init?(ofFile path: String?) {
    guard let name = path?.lowercased() else { return nil }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else if name.hasSuffix(".json") {
      self = .json
    } else {
      return nil
    }
  }

  var syntax: SourceSyntax { self == .yaml ? .yaml : .json }
}

/// Private keys of Sealed Secrets controllers.
struct UnsealingKeyOptions: ParsableArguments {
  @Option(
    name: [.customLong("key"), .customLong("recovery-private-key")],
    help: ArgumentHelp(
      "A file with private keys: PEM, or the controller's Secrets as kubectl prints them. Repeatable, or with commas between; '-' is standard input.",
      valueName: "file"),
    completion: .file())
  var key: [String] = []

  /// The options that read standard input.
  var standardInputUses: [String] { StandardInputUse.of("--key", files) }

  /// The files, those in one argument taken apart as kubeseal does.
  var files: [String] {
    key.flatMap { argument in
      Files.exists(argument)
        ? [argument] : argument.split(separator: ",").map(String.init)
    }
  }

  /// The keys of all files.
  ///
  /// - Throws: `.usage` when none is named.
  func keys(for purpose: String) throws(WorkspaceError) -> UnsealingKeys {
    guard !files.isEmpty else {
      throw WorkspaceError(
        .usage, "\(purpose) takes the controller's private keys",
        hints: [
          "name them with --key FILE; 'kubectl get secret -n kube-system -l "
            + "sealedsecrets.bitnami.com/sealed-secrets-key -o yaml' prints them"
        ])
    }
    return try UnsealingKeyFiles.load(files)
  }
}

/// Where manifests come from and go, by kubeseal's names beside our own.
struct SealedSecretFiles: ParsableArguments {
  @Argument(
    help: "Manifests, folders, patterns, or '-'; standard input when left out.",
    completion: .file())
  var paths: [String] = []

  @Flag(name: [.customShort("I"), .long], help: "Write the result into the file itself.")
  var inPlace = false

  @Option(
    help: ArgumentHelp(
      "Write the results into a folder, under the same names.", valueName: "folder"),
    completion: .directory)
  var outputDir: String?

  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: "The syntax: when left out, that of the output file's name, or else of the input.")
  var format: ManifestFormat?

  /// The inputs; a terminal is not waited for.
  ///
  /// - Parameter uses: The options that read standard input.
  func inputs(
    _ others: [String], besides uses: [String] = []
  ) throws(WorkspaceError) -> InputPaths {
    let all = paths + others
    guard !all.isEmpty || !Terminal.isTerminal(0) else {
      throw WorkspaceError(.usage, "no file or folder was named")
    }
    let read = all.isEmpty ? ["-"] : all
    try StandardInputUse.check(read, uses)
    return try InputPaths(read)
  }

  /// Refuses a place for results with a mode that has one of its own, or no results.
  ///
  /// - Parameter file: What was given for the file to write; nil also when the mode takes one.
  func refusePlaces(
    for mode: String, file: String?, fileName: String = "--output"
  ) throws(WorkspaceError) {
    let places = [
      ("--in-place", inPlace), ("--output-dir", outputDir != nil), (fileName, file != nil),
    ]
    for (name, isGiven) in places where isGiven {
      throw WorkspaceError(.usage, "\(mode) and \(name) exclude each other")
    }
  }

  /// Refuses a syntax with a mode that writes no manifest.
  func refuseFormat(for mode: String) throws(WorkspaceError) {
    guard format != nil else { return }
    throw WorkspaceError(
      .usage, "\(mode) and --format exclude each other",
      hints: ["\(mode) writes no manifest, which --format is for"])
  }

  /// Refuses options that a mode has no use for.
  static func refuse(
    _ options: [(name: String, isGiven: Bool)], for mode: String
  ) throws(WorkspaceError) {
    for option in options where option.isGiven {
      throw WorkspaceError(
        .usage, "\(mode) and \(option.name) exclude each other",
        hints: ["\(mode) has no use for it"])
    }
  }

  /// The one place that was chosen.
  func destination(
    for inputs: InputPaths, file: String?, fileName: String = "--output", _ report: ReportOptions
  ) throws(WorkspaceError) -> Destination {
    var options = DestinationOptions()
    options.inPlace = inPlace
    options.outputDir = outputDir
    options.output = file
    let destination = try options.destination(for: inputs, outputName: fileName)
    guard destination != .inPlace || format == nil else {
      throw WorkspaceError(.usage, "--format writes another text, which does not go in place")
    }
    try options.check(report, destination, inputs)
    return destination
  }
}
