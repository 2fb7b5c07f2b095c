internal import ArgumentParser

/// How a command tells what it did.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Report as JSON on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors and warnings.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "A line for every file, however many there are.")
  var verbose = false
}

extension ReportOptions {
  /// For a command whose standard output is not for reports.
  static func withoutReport(isVerbose: Bool = false) -> ReportOptions {
    var options = ReportOptions()
    options.json = false
    options.quiet = !isVerbose
    options.verbose = isVerbose
    return options
  }
}
