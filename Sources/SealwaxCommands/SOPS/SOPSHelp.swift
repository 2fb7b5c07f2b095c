internal import ArgumentParser
internal import SOPSFormat

/// The help of SOPS's command line.
enum SOPSHelp {
  /// Prints help for a command, or for all; returns the exit status.
  static func print(_ verb: SOPSVerb?) throws -> Int32 {
    try Console.print(verb.map(text) ?? overview)
    return 0
  }

  /// Prints the version of SOPS that this is like, first, since programs look for it.
  static func printVersion() throws -> Int32 {
    try Console.print(
      "sops \(SOPSSettings.currentVersion) (sealwax \(Sealwax.configuration.version))\n")
    return 0
  }

  private static func text(_ verb: SOPSVerb) -> String {
    "usage: sealwax sops \(verb.rawValue) [FLAGS] \(verb.help.arguments)\n\n"
      + "\(verb.help.text)\n\n" + list(verb.flags) + "\n" + list(SOPSFlag.common)
  }

  private static var overview: String {
    let verbs = SOPSVerb.allCases.map { verb in
      let head = "  \(verb.rawValue) \(verb.help.arguments)"
      return padded(head, to: 32) + verb.help.text + "\n"
    }
    return "usage: sealwax sops COMMAND [FLAGS] FILE\n"
      + "       sealwax sops [FLAGS] FILE\n\n"
      + "SOPS's own command line: reads and writes its files, with its exit statuses. A link named\n"
      + "'sops' to this program does the same. docs/sops.md tells what differs.\n\n"
      + verbs.joined() + "\nwithout a command:\n" + list(SOPSVerb.plainFlags) + "\n"
      + list(SOPSFlag.common)
  }

  private static func list(_ flags: [SOPSFlag]) -> String {
    flags.map { padded("  " + $0.shown, to: 40) + $0.help + variable($0) + "\n" }.joined()
  }

  private static func variable(_ flag: SOPSFlag) -> String {
    flag.variable.map { " [$\($0)]" } ?? ""
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.utf8.count))
  }
}
