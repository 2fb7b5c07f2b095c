internal import Platform
internal import Workspace

/// SOPS's command that has others use the keys that are here.
enum SOPSServing {
  /// `keyservice`; ends with a signal.
  static func serve(_ session: SOPSSession) throws {
    let arguments = session.arguments
    guard arguments.positionals.isEmpty else {
      throw SOPSExit(
        SOPSStatus.generic, "'keyservice' takes flags only",
        hints: ["name where it listens with --network and --address"])
    }
    let network = arguments.text("network") ?? "tcp"
    guard ["tcp", "unix"].contains(network) else {
      throw SOPSExit(SOPSStatus.generic, "--network is tcp or unix")
    }
    guard network == "tcp" || arguments.text("address") != nil else {
      throw SOPSExit(
        SOPSStatus.generic, "a socket has a path", hints: ["name it with --address"])
    }
    let asks = arguments.has("prompt")
    guard !asks || Terminal.isTerminal(0) else {
      throw SOPSExit(SOPSStatus.generic, "--prompt needs a terminal to ask on")
    }
    // A service that asked others could be asked by them in turn: it has the keys that are here.
    let keys = try SOPSKeys.load(files: [], passphrases: PassphraseSource(file: nil))
    let server = try SOPSKeyServer(
      network: network, address: arguments.text("address") ?? "127.0.0.1:5000")
    for warning in server.warnings { Console.warning(warning) }
    Console.note("listening at \(server.address)")
    let isVerbose = arguments.has("verbose")
    try server.serve(keys, asks: asks) { text in
      if isVerbose { Console.note(text) }
    }
  }
}
