/// Whether a resource in a configuration can match anything.
public enum ResourceName {
  /// What is wrong with a name; nil when it may be one.
  public static func problem(_ text: String) -> String? {
    let shown = "'\(text)'"
    let resource = GroupResource(text)
    if text.isEmpty { return "an empty name" }
    if resource.resource == "*" {
      if resource.group.isEmpty || resource.group == "*" || isGroup(resource.group) { return nil }
      return "\(shown) is no wildcard: '*.' is the core group, '*.GROUP' a group, '*.*' everything"
    }
    if text.contains("*") { return "\(shown): a wildcard stands for whole names only" }
    if text.contains("/") {
      return
        "\(shown): subresources are stored with their resource, and a group stands behind a '.'"
    }
    guard isLabel(resource.resource), resource.group.isEmpty || isGroup(resource.group) else {
      return "\(shown) is no plural of a resource with its group"
    }
    if resource.group.isEmpty, let plural = singular[resource.resource] {
      return "\(shown) is the singular: '\(plural)' is meant"
    }
    if let problem = problem(ofBuiltIn: resource, shown) { return problem }
    if ["v1", "v1beta1", "v1alpha1", "core"].contains(resource.group) {
      return "\(shown): '\(resource.group)' is no group; the core group is left out"
    }
    if ["apiserveripinfo", "serviceipallocations", "servicenodeportallocations"]
      .contains(resource.resource)
    {
      return "\(shown) has no REST API"
    }
    return nil
  }

  private static func problem(ofBuiltIn resource: GroupResource, _ shown: String) -> String? {
    if resource.group == "extensions" {
      return "\(shown): the group 'extensions' is gone since Kubernetes 1.22"
    }
    if resource.group.isEmpty, let group = BuiltInResources.group(of: resource.resource) {
      return "\(shown) is not of the core group: '\(resource.resource).\(group)' is meant"
    }
    let known = BuiltInResources.resources(of: resource.group)
    guard !known.isEmpty, !known.contains(resource.resource) else { return nil }
    let name = resource.resource
    let plurals = [name + "s", name + "es", String(name.dropLast()) + "ies"]
    if let plural = plurals.first(where: { known.contains($0) }) {
      return "\(shown) is the singular: '\(plural).\(resource.group)' is meant"
    }
    // Groups without a domain hold no custom resources.
    guard !resource.group.contains(".") else { return nil }
    return "\(shown): the group '\(resource.group)' has no such resource"
  }

  private static let singular = [
    "secret": "secrets", "configmap": "configmaps", "pod": "pods", "service": "services",
    "serviceaccount": "serviceaccounts", "namespace": "namespaces", "event": "events",
  ]

  private static func isLabel(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
      }
  }

  private static func isGroup(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
  }
}
