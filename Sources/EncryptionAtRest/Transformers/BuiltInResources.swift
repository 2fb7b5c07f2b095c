/// The API server's own resources: their groups, and the names they are stored under.
///
/// Custom resources and those of newer API groups carry the group in the etcd key; these do not.
enum BuiltInResources {
  /// The resource behind the first part of an etcd key; nil for what the API server keeps for
  /// itself and never encrypts.
  static func resource(storedAs name: String) -> GroupResource? {
    if internalNames.contains(name) { return nil }
    let plural = renamed[name] ?? name
    return GroupResource(resource: plural, group: groups[plural] ?? "")
  }

  /// The group of a resource that is not of the core group; nil for others.
  static func group(of resource: String) -> String? { groups[resource] }

  /// The resources of a group; none for the core group and groups that are not built in.
  static func resources(of group: String) -> Set<String> {
    Set(groups.lazy.filter { $0.value == group }.map(\.key))
  }

  /// Neither is a resource, and `*.*` does not reach them.
  private static let internalNames: Set<String> = ["ranges", "masterleases", "peerserverleases"]

  private static let renamed = [
    "minions": "nodes", "controllers": "replicationcontrollers", "ingress": "ingresses",
    "podsecuritypolicy": "podsecuritypolicies",
  ]

  private static let groups: [String: String] = {
    let names: [String: [String]] = [
      "admissionregistration.k8s.io": [
        "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations", "validatingadmissionpolicies",
        "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
      ],
      "apps": [
        "controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets",
      ],
      "autoscaling": ["horizontalpodautoscalers"],
      "batch": ["cronjobs", "jobs"],
      "certificates.k8s.io": [
        "certificatesigningrequests", "clustertrustbundles", "podcertificaterequests",
      ],
      "coordination.k8s.io": ["leasecandidates", "leases"],
      "discovery.k8s.io": ["endpointslices"],
      "flowcontrol.apiserver.k8s.io": ["flowschemas", "prioritylevelconfigurations"],
      "internal.apiserver.k8s.io": ["storageversions"],
      "networking.k8s.io": [
        "ingressclasses", "ingresses", "ipaddresses", "networkpolicies", "servicecidrs",
      ],
      "node.k8s.io": ["runtimeclasses"],
      "policy": ["poddisruptionbudgets", "podsecuritypolicies"],
      "rbac.authorization.k8s.io": [
        "clusterrolebindings", "clusterroles", "rolebindings", "roles",
      ],
      "resource.k8s.io": [
        "deviceclasses", "devicetaintrules", "podschedulingcontexts", "resourceclaims",
        "resourceclaimtemplates", "resourceslices",
      ],
      "scheduling.k8s.io": ["priorityclasses"],
      "storage.k8s.io": [
        "csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments",
        "volumeattributesclasses",
      ],
      "storagemigration.k8s.io": ["storageversionmigrations"],
    ]
    var groups: [String: String] = [:]
    for (group, resources) in names {
      for resource in resources { groups[resource] = group }
    }
    return groups
  }()
}
