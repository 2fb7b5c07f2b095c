/// An Ingress: how clients reach it, and how it reaches its backends.
public struct IngressBackend: Sendable {
  /// Namespace and name.
  public let name: String
  /// Where it stands.
  public let place: Place
  /// The hosts of its rules.
  public let hosts: [String]
  /// The hosts that its `tls` entries name, and the Secrets; nil without any entry.
  public let tls: (place: Place, hosts: [String], secrets: [String])?
  /// The class of its controller; nil where none is named.
  public let className: String?
  /// The protocol to the backend that an annotation asks for: `HTTPS`, `GRPCS`...; nil for none.
  public let backendProtocol: PlacedText?
  /// The annotation that has the backend's certificate checked; nil for none.
  public let backendVerification: PlacedText?
  /// The Secret with the certificate that is shown to the backend, and the CA for it.
  public let backendSecret: PlacedText?

  /// The Ingresses that an object is or holds.
  public static func all(in object: ConfigNode) -> [IngressBackend] {
    object.objects.filter { $0.kind == "Ingress" }.map { IngressBackend($0) }
  }

  private init(_ object: ConfigNode) {
    let metadata = object["metadata"]
    let namespace = metadata?["namespace"]?.string ?? "default"
    name = "\(namespace)/\(metadata?["name"]?.string ?? "")"
    place = object.place
    hosts = (object.at("spec", "rules")?.items ?? []).compactMap { $0["host"]?.string }
    let entries = object.at("spec", "tls")?.items ?? []
    tls = entries.first.map { first in
      (
        first.place, entries.flatMap { $0["hosts"]?.texts.map(\.text) ?? [] },
        entries.compactMap { $0["secretName"]?.string }
      )
    }
    let annotations = metadata?["annotations"]
    className =
      object.at("spec", "ingressClassName")?.string
      ?? annotations?.value("kubernetes.io/ingress.class")?.string
    func annotation(_ names: [String]) -> PlacedText? {
      for name in names {
        if let text = annotations?.value(name)?.text { return text }
      }
      return nil
    }
    backendProtocol = annotation([
      "nginx.ingress.kubernetes.io/backend-protocol",
      "ingress.kubernetes.io/backend-protocol", "haproxy.org/server-ssl",
      "traefik.ingress.kubernetes.io/service.serversscheme",
    ])
    backendVerification = annotation([
      "nginx.ingress.kubernetes.io/proxy-ssl-verify", "haproxy.org/server-ca",
    ])
    backendSecret = annotation([
      "nginx.ingress.kubernetes.io/proxy-ssl-secret", "haproxy.org/server-crt",
    ])
  }
}
