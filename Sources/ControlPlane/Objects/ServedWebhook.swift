/// A server that the API server calls, as an object of the cluster names it: an admission or
/// conversion webhook, or an aggregated API.
public struct ServedWebhook: Sendable {
  /// The kinds.
  public enum Kind: String, Sendable {
    /// Of a Validating- or MutatingWebhookConfiguration.
    case admission
    /// Of a CustomResourceDefinition.
    case conversion
    /// An APIService.
    case aggregation
  }

  /// The kind.
  public let kind: Kind
  /// The object and, of several webhooks, its name: `ValidatingWebhookConfiguration/x (y)`.
  public let name: String
  /// The URL, or `https://SERVICE.NAMESPACE.svc:PORT`.
  public let url: PlacedText
  /// The Service's DNS name; nil for a URL.
  public let serviceName: String?
  /// The certificates that sign for it, PEM in Base64; nil for those of the system.
  public let bundle: ConfigNode?
  /// Where its certificate is declared to be of no matter.
  public let insecureSkipVerify: Place?
  /// Where it stands.
  public let place: Place

  /// The servers that an object names, those of a list's items included.
  public static func all(in object: ConfigNode) -> [ServedWebhook] { object.objects.flatMap(own) }

  private static func own(_ object: ConfigNode) -> [ServedWebhook] {
    let name = object.at("metadata", "name")?.string ?? ""
    switch object.kind {
    case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
      return (object["webhooks"]?.items ?? []).compactMap { webhook in
        webhook["clientConfig"].flatMap {
          ServedWebhook(
            .admission, "\(object.kind)/\(name) (\(webhook["name"]?.string ?? ""))", $0, $0)
        }
      }
    case "CustomResourceDefinition":
      let client = object.at("spec", "conversion", "webhook", "clientConfig")
      return client.flatMap { ServedWebhook(.conversion, "\(object.kind)/\(name)", $0, $0) }
        .map { [$0] } ?? []
    case "APIService":
      // Without a Service it is the API server's own.
      guard let spec = object["spec"], spec["service"] != nil else { return [] }
      return ServedWebhook(.aggregation, "\(object.kind)/\(name)", spec, spec).map { [$0] } ?? []
    default: return []
    }
  }

  private init?(_ kind: Kind, _ name: String, _ client: ConfigNode, _ start: ConfigNode) {
    self.kind = kind
    self.name = name
    place = start.place
    bundle = client["caBundle"].flatMap { $0.hasBytes ? $0 : nil }
    let skip = client["insecureSkipTLSVerify"]
    insecureSkipVerify = skip?.bool ?? false ? skip?.place : nil
    if let url = client["url"]?.text {
      self.url = url
      serviceName = nil
    } else if let service = client["service"] {
      let host =
        "\(service["name"]?.string ?? "").\(service["namespace"]?.string ?? "").svc"
      url = PlacedText(
        "https://\(host):\(service["port"]?.string ?? "443")", at: service.place)
      serviceName = host
    } else {
      return nil
    }
  }
}
