/// What a kubelet is set to: flags win over the configuration file, and that over defaults.
public struct KubeletSettings: Sendable {
  /// Its flags; nil when no unit or pod of it is at hand.
  public let run: ComponentRun?
  /// Its configuration file, and those that are merged over it.
  fileprivate let files: [ConfigNode]
  /// Whether the first of the files is that of `--config`.
  private let hasMainFile: Bool
  /// Whether there is a file that may count and is not at hand, or may not count and is.
  private let isFileUncertain: Bool

  /// The settings that a flag and a field stand for.
  private struct Option {
    let flag: String
    let path: [String]
    /// Without a configuration file, and with one: KubeletConfiguration has stricter defaults.
    let flagDefault: String
    let fileDefault: String
  }

  /// Defaults without a file: applyLegacyDefaults in kubernetes/kubernetes,
  /// cmd/kubelet/app/options/options.go; with one: pkg/kubelet/apis/config/v1beta1/defaults.go.
  private static let options: [Option] = [
    Option(
      flag: "anonymous-auth", path: ["authentication", "anonymous", "enabled"],
      flagDefault: "true", fileDefault: "false"),
    Option(
      flag: "authentication-token-webhook", path: ["authentication", "webhook", "enabled"],
      flagDefault: "false", fileDefault: "true"),
    Option(
      flag: "authorization-mode", path: ["authorization", "mode"],
      flagDefault: "AlwaysAllow", fileDefault: "Webhook"),
    Option(
      flag: "client-ca-file", path: ["authentication", "x509", "clientCAFile"],
      flagDefault: "", fileDefault: ""),
    Option(
      flag: "read-only-port", path: ["readOnlyPort"], flagDefault: "10255", fileDefault: "0"),
    Option(flag: "tls-cert-file", path: ["tlsCertFile"], flagDefault: "", fileDefault: ""),
    Option(
      flag: "tls-private-key-file", path: ["tlsPrivateKeyFile"], flagDefault: "",
      fileDefault: ""),
    Option(flag: "tls-min-version", path: ["tlsMinVersion"], flagDefault: "", fileDefault: ""),
    Option(
      flag: "tls-cipher-suites", path: ["tlsCipherSuites"], flagDefault: "", fileDefault: ""),
    Option(
      flag: "rotate-certificates", path: ["rotateCertificates"], flagDefault: "false",
      fileDefault: "false"),
    Option(
      flag: "rotate-server-certificates", path: ["serverTLSBootstrap"], flagDefault: "false",
      fileDefault: "false"),
    Option(
      flag: "pod-manifest-path", path: ["staticPodPath"], flagDefault: "", fileDefault: ""),
    Option(flag: "port", path: ["port"], flagDefault: "10250", fileDefault: "10250"),
  ]

  /// The names that `setting` knows: those of the flags.
  public static var names: [String] { options.map(\.flag) }

  /// Makes them.
  ///
  /// - Parameters:
  ///   - run: How it is started; nil when that is not known.
  ///   - files: Its configuration file, then the drop-ins of `--config-dir` in the order of names.
  ///   - hasMainFile: Whether the first of them is its configuration file; nil: when there is any.
  ///     Drop-ins alone lie over the defaults of flags (kubernetes/kubernetes,
  ///     cmd/kubelet/app/server.go: mergeKubeletConfigurations).
  ///   - isFileUncertain: Whether a file may count that is not at hand.
  public init(
    run: ComponentRun?, files: [ConfigNode], hasMainFile: Bool? = nil, isFileUncertain: Bool = false
  ) {
    self.run = run
    self.files = files
    self.hasMainFile = hasMainFile ?? !files.isEmpty
    self.isFileUncertain = isFileUncertain
  }

  /// Whether a text is a kubelet's configuration.
  public static func isConfiguration(_ node: ConfigNode) -> Bool {
    node.kind == "KubeletConfiguration" && node.group == "kubelet.config.k8s.io"
  }

  /// Whether a default depends on a configuration file that is not at hand, or on a command line
  /// that is not.
  public func isUncertain(_ setting: Setting) -> Bool {
    guard setting.isDefault else { return false }
    guard let run else { return !hasMainFile }
    return isFileUncertain || (run.flags.last("config") != nil && !hasMainFile)
  }

  /// What an option is set to, by the name of its flag.
  ///
  /// Of a flag that is no option of ours it is the flag's value, without a default.
  public func setting(_ flag: String) -> Setting {
    if let found = run?.flags.setting(flag) { return found }
    guard let option = Self.options.first(where: { $0.flag == flag }) else {
      return Setting("", .defaultValue("no --\(flag)"))
    }
    for file in files.reversed() {
      guard let node = Self.node(option.path, in: file) else { continue }
      let value = node.isList ? node.texts.map(\.text).joined(separator: ",") : text(node)
      return Setting(value, .field(option.path.joined(separator: "."), node.place))
    }
    let value = hasMainFile ? option.fileDefault : option.flagDefault
    let name = hasMainFile ? option.path.joined(separator: ".") : "--\(flag)"
    return Setting(
      value, .defaultValue(value.isEmpty ? "no \(name)" : "\(name) is \(value) by default"))
  }

  /// A switch is written `true` or `false`, however YAML spells it.
  private func text(_ node: ConfigNode) -> String {
    node.bool.map { $0 ? "true" : "false" } ?? node.string ?? ""
  }

  private static func node(_ path: [String], in file: ConfigNode) -> ConfigNode? {
    var node: ConfigNode? = file
    for key in path { node = node?.value(key) }
    return node
  }
}

extension KubeletSettings {
  /// Where it sends traces; nil where it sends none.
  public var tracingEndpoint: PlacedText? {
    // Drop-ins are merged field by field.
    let all = files.reversed().compactMap { $0["tracing"] }
    let endpoint = all.lazy.compactMap { $0["endpoint"]?.text }.first
    return endpoint ?? all.first.map { PlacedText("localhost:4317", at: $0.place) }
  }
}
