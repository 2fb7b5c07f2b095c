public import Findings
internal import YAMLSource

/// What a static pod's manifest says of kube-apiserver's encryption at rest.
public struct APIServerManifest: Sendable {
  /// The path of `--encryption-provider-config` in the pod; nil without the flag.
  public let configurationPath: String?
  /// Where that is on the node, by the pod's mounts; nil where none reaches it.
  public let hostPath: String?
  /// Whether the mount cannot be written to.
  public let isMountReadOnly: Bool
  /// `--encryption-provider-config-automatic-reload`.
  public let isReloaded: Bool
  /// Whether the feature gate KMSv1 is on.
  public let allowsKMSv1: Bool

  private let flagPlace: Place
  private let mountPlace: Place

  private struct Place {
    let line: Int
    let column: Int
  }

  private struct Mount {
    let name: String
    let path: String
    let isReadOnly: Bool
    let place: Place
  }

  /// Reads a manifest.
  ///
  /// - Throws: `.malformedKeys` with the place when it is no pod of kube-apiserver.
  public init(_ text: Span<UInt8>) throws(StorageError) {
    let fields = try YAMLFields(text)
    let root = try fields.root()
    let spec = fields.value("spec", of: root)
    var found: NodeID?
    for container in try fields.items(of: spec.flatMap { fields.value("containers", of: $0) }) {
      let command = try Self.words(of: container, fields).first?.text ?? ""
      let name = try fields.string(fields.value("name", of: container))
      if name == "kube-apiserver" || command.split(separator: "/").last == "kube-apiserver" {
        found = container
        break
      }
    }
    guard let spec, let container = found else {
      throw fields.error("no pod with a container of kube-apiserver", at: root)
    }
    let flags = Flags(try Self.words(of: container, fields))
    let start = Self.place(of: container, fields)
    let path = flags.value("encryption-provider-config")
    configurationPath = path?.text
    flagPlace = path?.place ?? start
    isReloaded = flags.isOn("encryption-provider-config-automatic-reload")
    allowsKMSv1 =
      flags.value("feature-gates")?.text.split(separator: ",").contains("KMSv1=true") ?? false

    let mounts = try Self.mounts(of: container, fields)
    let covering =
      mounts.filter { Self.covers($0.path, path?.text ?? "") }
      .max { $0.path.utf8.count < $1.path.utf8.count }
    let volumes = try Self.hostPaths(of: spec, fields)
    isMountReadOnly = covering?.isReadOnly ?? false
    mountPlace = covering?.place ?? flagPlace
    if let covering, let path, let host = volumes[covering.name] {
      hostPath = host + path.text.dropFirst(covering.path.utf8.count)
    } else {
      hostPath = nil
    }
  }

  // MARK: Reading

  private struct Word {
    let text: String
    let place: Place
  }

  /// Flags as pflag reads them: `--name=value` and `--name value`, the last one counts.
  private struct Flags {
    private var values: [String: Word] = [:]

    init(_ words: [Word]) {
      var index = 0
      while index < words.count {
        let word = words[index]
        index += 1
        guard word.text.hasPrefix("--") else { continue }
        let parts = word.text.dropFirst(2).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map { String($0.map { $0 == "_" ? "-" : $0 }) } ?? ""
        if parts.count > 1 {
          values[name] = Word(text: String(parts[1]), place: word.place)
        } else if Self.switches.contains(name) || index == words.count {
          values[name] = Word(text: "true", place: word.place)
        } else {
          values[name] = Word(text: words[index].text, place: word.place)
          index += 1
        }
      }
    }

    /// Those of ours that take no value of their own.
    private static let switches: Set<String> = ["encryption-provider-config-automatic-reload"]

    func value(_ name: String) -> Word? { values[name] }

    func isOn(_ name: String) -> Bool {
      ["true", "1", "t", "T", "TRUE", "True"].contains(values[name]?.text ?? "")
    }
  }

  private static func place(of node: NodeID, _ fields: borrowing YAMLFields) -> Place {
    let error = fields.error("", at: node)
    return Place(line: error.line ?? 1, column: error.column ?? 1)
  }

  private static func words(
    of container: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> [Word] {
    var words: [Word] = []
    for list in [fields.value("command", of: container), fields.value("args", of: container)] {
      for item in try fields.items(of: list) {
        words.append(Word(text: try fields.string(item), place: place(of: item, fields)))
      }
    }
    return words
  }

  private static func mounts(
    of container: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> [Mount] {
    var mounts: [Mount] = []
    for item in try fields.items(of: fields.value("volumeMounts", of: container)) {
      mounts.append(
        Mount(
          name: try fields.string(fields.value("name", of: item)),
          path: trimmed(try fields.string(fields.value("mountPath", of: item))),
          isReadOnly: try fields.string(fields.value("readOnly", of: item)) == "true",
          place: place(of: item, fields)))
    }
    return mounts
  }

  private static func hostPaths(
    of spec: NodeID, _ fields: borrowing YAMLFields
  ) throws(StorageError) -> [String: String] {
    var paths: [String: String] = [:]
    for item in try fields.items(of: fields.value("volumes", of: spec)) {
      guard let host = fields.value("hostPath", of: item) else { continue }
      let name = try fields.string(fields.value("name", of: item))
      paths[name] = trimmed(try fields.string(fields.value("path", of: host)))
    }
    return paths
  }

  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }

  private static func covers(_ mount: String, _ path: String) -> Bool {
    !mount.isEmpty && (path == mount || path.hasPrefix(mount == "/" ? "/" : mount + "/"))
  }

  // MARK: Findings

  /// What is wrong with it.
  ///
  /// - Parameters:
  ///   - file: What findings call it.
  ///   - configurations: The configurations that are looked at with it.
  public func findings(file: String, configurations: [String]) -> [Finding] {
    func finding(_ rule: Rule, _ message: String, _ place: Place) -> Finding {
      Finding(rule, message, file: file, line: place.line, column: place.column)
    }
    guard let configurationPath else {
      return [
        finding(
          AtRestRules.flagMissing, "kube-apiserver has no --encryption-provider-config", flagPlace)
      ]
    }
    guard let hostPath else {
      return [
        finding(
          AtRestRules.notMounted, "no hostPath volume is mounted over \(configurationPath)",
          flagPlace)
      ]
    }
    var findings: [Finding] = []
    if !isMountReadOnly {
      findings.append(
        finding(
          AtRestRules.mountWritable, "the mount over \(configurationPath) is not readOnly",
          mountPlace))
    }
    let isAmong = configurations.contains { path in
      path == "-" || path == hostPath || path.hasSuffix(hostPath)
        || path.split(separator: "/").last == hostPath.split(separator: "/").last
    }
    if !configurations.isEmpty, !isAmong {
      findings.append(
        finding(
          AtRestRules.otherFile,
          "the API server reads \(hostPath) of the node, which is none of the files given",
          flagPlace))
    }
    return findings
  }
}
