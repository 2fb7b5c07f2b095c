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
  /// The annotation that has ingress-nginx serve it without TLS as well; nil for none.
  public let plainBeside: PlacedText?
  /// The class of its controller; nil where none is named.
  public let className: String?
  /// The protocol to the backend that an annotation asks for: `HTTPS`, `GRPCS`...; nil for none.
  public let backendProtocol: PlacedText?
  /// The annotation that has the backend's certificate checked; nil for none that counts.
  public let backendVerification: PlacedText?
  /// The one that ingress-nginx passes over: without a Secret it reads none of its kind.
  public let unheededVerification: PlacedText?
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
    let redirect = annotation(["nginx.ingress.kubernetes.io/ssl-redirect"])
    let forced = annotation(["nginx.ingress.kubernetes.io/force-ssl-redirect"])
    plainBeside = redirect?.text == "false" && forced?.text != "true" ? redirect : nil
    backendProtocol = annotation([
      "nginx.ingress.kubernetes.io/backend-protocol",
      "ingress.kubernetes.io/backend-protocol", "haproxy.org/server-ssl",
      "traefik.ingress.kubernetes.io/service.serversscheme",
    ])
    let secret = annotation(["nginx.ingress.kubernetes.io/proxy-ssl-secret"])
    let wanted = annotation(["nginx.ingress.kubernetes.io/proxy-ssl-verify"])
    backendVerification =
      (secret == nil ? nil : wanted) ?? annotation(["haproxy.org/server-ca"])
    unheededVerification = secret == nil ? wanted : nil
    backendSecret = secret ?? annotation(["haproxy.org/server-crt"])
  }
}
