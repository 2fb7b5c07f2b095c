/// Servers that the API server asks about requests, as its configuration files name them.
public enum RequestWebhooks {
  /// A server that the API server asks by a kubeconfig.
  public struct Webhook: Sendable {
    /// Its name.
    public let name: String
    /// The file of the kubeconfig.
    public let kubeconfig: PlacedText
  }

  /// Somebody who signs tokens.
  public struct Issuer: Sendable {
    /// The URL.
    public let url: PlacedText
    /// Whether the configuration has certificates of its own for it.
    public let certificateAuthority: ConfigNode?
  }

  /// The webhooks of an AuthorizationConfiguration; none for other kinds.
  public static func authorizers(in root: ConfigNode) -> [Webhook] {
    guard root.kind == "AuthorizationConfiguration" else { return [] }
    return (root["authorizers"]?.items ?? []).compactMap { item in
      item.at("webhook", "connectionInfo", "kubeConfigFile")?.text.map {
        Webhook(name: item["name"]?.string ?? "", kubeconfig: $0)
      }
    }
  }

  /// The issuers of an AuthenticationConfiguration; none for other kinds.
  public static func issuers(in root: ConfigNode) -> [Issuer] {
    guard root.kind == "AuthenticationConfiguration" else { return [] }
    return (root["jwt"]?.items ?? []).compactMap { item in
      let url = item.at("issuer", "discoveryURL")?.text ?? item.at("issuer", "url")?.text
      return url.map {
        Issuer(url: $0, certificateAuthority: item.at("issuer", "certificateAuthority"))
      }
    }
  }

  /// Whether an AuthenticationConfiguration lets requests without credentials in, and for which paths
  /// alone (none: for all); nil where it says nothing of it.
  public static func anonymous(
    in root: ConfigNode
  ) -> (isOn: Bool, paths: [String], place: Place)? {
    guard root.kind == "AuthenticationConfiguration",
      let enabled = root.at("anonymous", "enabled"), let isOn = enabled.bool
    else { return nil }
    let conditions = root.at("anonymous", "conditions")?.items ?? []
    return (isOn, conditions.compactMap { $0["path"]?.string }, enabled.place)
  }

  /// Where an AuthorizationConfiguration allows every request; nil where it does not.
  public static func allowsEverything(in root: ConfigNode) -> Place? {
    guard root.kind == "AuthorizationConfiguration" else { return nil }
    return (root["authorizers"]?.items ?? []).first { $0["type"]?.string == "AlwaysAllow" }?.place
  }

  /// The image policy webhooks of an AdmissionConfiguration, as far as they stand in it.
  public static func imagePolicies(in root: ConfigNode) -> [Webhook] {
    guard root.kind == "AdmissionConfiguration" else { return [] }
    return (root["plugins"]?.items ?? []).compactMap { plugin in
      let name = plugin["name"]?.string ?? ""
      return plugin.at("configuration", "imagePolicy", "kubeConfigFile")?.text.map {
        Webhook(name: name, kubeconfig: $0)
      }
    }
  }
}
