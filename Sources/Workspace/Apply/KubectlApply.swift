internal import CryptoCore
internal import Platform

/// `kubectl apply` with manifests that are nowhere but in memory.
///
/// They are its standard input as a whole file, not as a pipe: killed in the middle, a pipe would end
/// there, and the beginning of a manifest is often a manifest too.
public struct KubectlApply: Sendable {
  private let program: String
  private let arguments: [String]

  /// - Parameters:
  ///   - program: kubectl: its path, or a name to search for on PATH.
  ///   - arguments: more arguments for it.
  /// - Throws: `.usage` when they name other manifests, which would go as they are.
  public init(program: String, arguments: [String]) throws(WorkspaceError) {
    for argument in arguments where KubectlApply.namesManifests(argument) {
      throw WorkspaceError(
        .usage,
        "\(escapedForTerminal(argument)) names other manifests, which kubectl would take as they are",
        hints: ["name all manifests in front of '--'"])
    }
    self.program = program
    self.arguments = arguments
  }

  private static func namesManifests(_ argument: String) -> Bool {
    let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
    if ["--filename", "--kustomize", "--recursive"].contains(name) { return true }
    guard argument.hasPrefix("-"), !argument.hasPrefix("--") else { return false }
    return ["f", "k", "R"].contains(argument.dropFirst().prefix(1))
  }

  /// Whether the arguments say how fields are applied: by the server, or knowingly not.
  public var choosesSide: Bool {
    arguments.contains { $0 == "--server-side" || $0.hasPrefix("--server-side=") }
  }

  /// Why kubectl would print values; nil when it would not.
  public var reasonToPrintValues: String? {
    for (index, argument) in arguments.enumerated() {
      let next = arguments.dropFirst(index + 1).first ?? ""
      if let value = KubectlApply.value(of: ["-o", "--output"], argument, next), value != "name" {
        return "\(escapedForTerminal(argument)) makes kubectl print the values of Secrets"
      }
      if let value = KubectlApply.value(of: ["-v", "--v"], argument, next),
        let level = Int(value), level >= 8
      {
        return "with -v \(level) kubectl prints what it sends, the values of Secrets included"
      }
    }
    return nil
  }

  /// The value of an option as pflag reads it: `--name=value`, `--name value`, `-nvalue`,
  /// `-n=value`, `-n value`; nil for other arguments.
  private static func value(of names: [String], _ argument: String, _ next: String) -> String? {
    for name in names where argument.hasPrefix(name) {
      let rest = argument.dropFirst(name.count)
      if rest.isEmpty { return next }
      if rest.hasPrefix("=") { return String(rest.dropFirst()) }
      if !name.hasPrefix("--") { return String(rest) }
    }
    return nil
  }

  /// Runs it to its end and returns its status as a shell gives it.
  ///
  /// - Parameters:
  ///   - manifests: what is applied.
  ///   - count: how many texts they were made of.
  /// - Throws: `.noInput` when there is no kubectl.
  public func run(_ manifests: Span<UInt8>, count: Int) throws(WorkspaceError) -> Int32 {
    do throws(PlatformError) {
      var text = WipedBuffer(capacity: manifests.count + 4)
      // kubectl decides by the first character whether all of its input is JSON.
      if count > 1, KubectlApply.looksLikeJSON(manifests) { text.append("---\n") }
      text.append(manifests)
      let file = try MemoryFile(named: "manifests", contents: text.bytes)
      text.removeAll()
      let status = try ChildProcess.runInForeground(
        ChildProgram(program, arguments: ["apply", "-f", "-"] + arguments),
        streams: ChildStreams(input: .descriptor(file.descriptor)))
      return status.shellStatus
    } catch {
      guard error.code == .notFound else { throw WorkspaceError(reading: error) }
      throw WorkspaceError(
        .noInput, "there is no program '\(escapedForTerminal(program))'",
        hints: ["install kubectl, or say where it is with --kubectl"])
    }
  }

  private static func looksLikeJSON(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      switch text[index] {
      case 0x09, 0x0a, 0x0d, 0x20: continue
      case let byte: return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
      }
    }
    return false
  }
}
