/// What an etcd member is set to, by the names of its flags.
///
/// With `--config-file` (or ETCD_CONFIG_FILE) every other flag and variable is passed over, as etcd
/// does; else flags win over variables, and those over defaults.
public struct EtcdSettings: Sendable {
  /// How it is started; nil when only its configuration file is at hand.
  public let run: ComponentRun?
  private let file: ConfigNode?

  /// Names in the file that lie within a mapping, by the flag.
  private static let nested: [String: [String]] = [
    "cert-file": ["client-transport-security", "cert-file"],
    "key-file": ["client-transport-security", "key-file"],
    "client-cert-file": ["client-transport-security", "client-cert-file"],
    "client-cert-auth": ["client-transport-security", "client-cert-auth"],
    "trusted-ca-file": ["client-transport-security", "trusted-ca-file"],
    "auto-tls": ["client-transport-security", "auto-tls"],
    "client-cert-allowed-hostname": ["client-transport-security", "allowed-hostname"],
    "peer-cert-file": ["peer-transport-security", "cert-file"],
    "peer-key-file": ["peer-transport-security", "key-file"],
    "peer-client-cert-auth": ["peer-transport-security", "client-cert-auth"],
    "peer-trusted-ca-file": ["peer-transport-security", "trusted-ca-file"],
    "peer-auto-tls": ["peer-transport-security", "auto-tls"],
    "peer-cert-allowed-cn": ["peer-transport-security", "allowed-cn"],
    "peer-cert-allowed-hostname": ["peer-transport-security", "allowed-hostname"],
  ]

  private static let defaults: [String: String] = [
    "listen-client-urls": "http://localhost:2379", "listen-peer-urls": "http://localhost:2380",
    "advertise-client-urls": "http://localhost:2379",
    "initial-advertise-peer-urls": "http://localhost:2380",
    "client-cert-auth": "false", "peer-client-cert-auth": "false", "auto-tls": "false",
    "peer-auto-tls": "false", "name": "default", "data-dir": "",
  ]

  /// Makes them.
  ///
  /// - Parameters:
  ///   - run: How it is started.
  ///   - file: Its configuration file, when it has one and that is at hand.
  public init(run: ComponentRun?, file: ConfigNode?) {
    self.run = run
    self.file = file
  }

  /// The path of its configuration file, as the container sees it; nil without one.
  public static func configurationFile(of run: ComponentRun) -> PlacedText? {
    if let flag = run.flags.last("config-file"), !flag.value.isEmpty {
      return PlacedText(flag.value, at: flag.place)
    }
    return run.environment["ETCD_CONFIG_FILE"].flatMap { $0.text.isEmpty ? nil : $0 }
  }

  /// Whether it has a configuration file that is not at hand, or variables that may set what its
  /// flags do not: then nothing is known of it.
  public var isIncomplete: Bool {
    guard file == nil, let run else { return false }
    if EtcdSettings.configurationFile(of: run) != nil { return true }
    return run.hasHiddenEnvironment && Self.essential.contains { setting($0).isDefault }
  }

  /// What every member that is set up with TLS has.
  private static let essential = [
    "listen-client-urls", "listen-peer-urls", "cert-file", "peer-cert-file", "trusted-ca-file",
  ]

  /// What a flag is set to.
  public func setting(_ flag: String) -> Setting {
    if let file { return fileSetting(flag, file) }
    if let found = run?.flags.setting(flag) { return found }
    let variable = "ETCD_" + flag.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    if let value = run?.environment[variable] {
      return Setting(value.text, .variable(variable, value.place))
    }
    return defaultSetting(flag)
  }

  private func fileSetting(_ flag: String, _ file: ConfigNode) -> Setting {
    let path = Self.nested[flag] ?? [flag]
    var node: ConfigNode? = file
    for key in path { node = node?.value(key) }
    guard let node, let text = node.isList ? list(node) : node.text?.text else {
      return defaultSetting(flag)
    }
    let value = node.bool.map { $0 ? "true" : "false" } ?? text
    return Setting(value, .field(path.joined(separator: "."), node.place))
  }

  private func list(_ node: ConfigNode) -> String {
    node.texts.map(\.text).joined(separator: ",")
  }

  private func defaultSetting(_ flag: String) -> Setting {
    let value = Self.defaults[flag] ?? ""
    return Setting(
      value, .defaultValue(value.isEmpty ? "no --\(flag)" : "--\(flag) is \(value) by default"))
  }
}
