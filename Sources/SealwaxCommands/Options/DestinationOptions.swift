internal import ArgumentParser
internal import Platform
internal import Workspace

/// Where results go.
struct DestinationOptions: ParsableArguments {
  @Flag(name: [.customShort("I"), .long], help: "Write the result into the file itself.")
  var inPlace = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the result to a file; '-' is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write the results into a folder, under the same names.", valueName: "folder"),
    completion: .directory)
  var outputDir: String?

  /// The one place that was chosen.
  ///
  /// - Parameter outputName: How the option for a file is called.
  func destination(
    for paths: InputPaths, outputName: String = "--output"
  ) throws(WorkspaceError) -> Destination {
    try Self.refuseEmpty(output, outputName)
    try Self.refuseEmpty(outputDir, "--output-dir")
    guard [inPlace, output != nil, outputDir != nil].count(where: { $0 }) <= 1 else {
      throw WorkspaceError(
        .usage, "--in-place, --output and --output-dir exclude each other")
    }
    if inPlace { return .inPlace }
    if let outputDir {
      try Self.refuseNameless(
        paths, "write its result to a file with \(outputName), or to standard output")
      return .folder(outputDir)
    }
    guard let output = OutputPlace.file(output) else { return .standardOutput }
    guard paths.isSingleFile else {
      throw WorkspaceError(
        .usage, "--output takes the result of one file",
        hints: ["use --output-dir for several"])
    }
    return .file(output)
  }

  /// Refuses a place without a name, as a script's variable that is not set gives it.
  static func refuseEmpty(_ place: String?, _ name: String) throws(WorkspaceError) {
    guard place?.isEmpty == true else { return }
    throw WorkspaceError(.usage, "\(name) is empty")
  }

  /// Refuses standard input where results go to a folder under the names of the files.
  static func refuseNameless(_ paths: InputPaths, _ hint: String) throws(WorkspaceError) {
    guard paths.isNameless else { return }
    throw WorkspaceError(
      .usage, "standard input has no name, which its result would get in --output-dir",
      hints: [hint])
  }

  /// Says that what is in the folder for results is no input.
  static func tellOfOutputFolder(
    _ folder: String?, _ paths: InputPaths, _ report: ReportOptions
  ) {
    guard !report.quiet, let folder, paths.leavesOut(outputFolder: folder) else { return }
    Console.note(
      "\(escapedForTerminal(folder)): left out of the input, since results go there")
  }

  /// Refuses a report on standard output where the result goes.
  func check(
    _ report: ReportOptions, _ destination: Destination, _ paths: InputPaths
  ) throws(WorkspaceError) {
    Self.tellOfOutputFolder(outputDir, paths, report)
    guard report.json,
      destination == .standardOutput || (destination == .inPlace && paths.isStandardInput)
    else { return }
    throw WorkspaceError(
      .usage, "--json reports on standard output, where the result would go",
      hints: [
        paths.isStandardInput
          ? "write the result with --output"
          : "write the result with --in-place, --output or --output-dir"
      ])
  }
}
