/// Pods, as static pods and in dumps: which components they start, and how.
public enum PodManifest {
  /// The components that the pods of a text start.
  ///
  /// Besides a Pod, a List of Pods counts, and the template of a Deployment, DaemonSet or
  /// StatefulSet; other kinds have none.
  ///
  /// - Parameter file: What places call it.
  /// - Throws: `.syntax` with the place.
  public static func components(
    of text: Span<UInt8>, file: String
  ) throws(ControlPlaneError) -> [ComponentRun] {
    try ConfigNode.documents(of: text, file: file).flatMap { components(of: $0) }
  }

  /// The components that an object starts, or those of a list.
  public static func components(of object: ConfigNode) -> [ComponentRun] {
    object.objects.flatMap(own)
  }

  private static func own(_ object: ConfigNode) -> [ComponentRun] {
    let template = object.kind == "Pod" ? object : object.at("spec", "template")
    guard let spec = template?["spec"] else { return [] }
    let volumes = Volumes(spec)
    return (spec["containers"]?.items ?? []).compactMap { run(of: $0, spec, volumes) }
  }

  private static func run(
    of container: ConfigNode, _ spec: ConfigNode, _ volumes: Volumes
  ) -> ComponentRun? {
    let environment = environment(of: container)
    let variables = environment.mapValues(\.text)
    let written = (container["command"]?.texts ?? []) + (container["args"]?.texts ?? [])
    let words = ProgramWords.words(
      written.map { PlacedText(VariableExpansion.expand($0.text, variables), at: $0.place) })
    let image = container["image"]?.text
    guard let found = component(words, image: image, name: container["name"]?.string ?? "")
    else { return nil }
    return ComponentRun(
      component: found.component, starter: .pod, place: container.place,
      flags: Flags(Array(words.dropFirst(found.nameCount)), FlagSyntax.of(found.component)),
      environment: environment, hasHiddenEnvironment: hidesEnvironment(container),
      mounts: volumes.mounts(of: container, variables),
      image: image, version: image.flatMap { KubernetesVersion(image: $0.text) },
      usesHostNetwork: spec["hostNetwork"]?.bool ?? false)
  }

  /// The component, and how many words stand in front of its flags.
  private static func component(
    _ words: [PlacedText], image: PlacedText?, name: String
  ) -> (component: Component, nameCount: Int)? {
    if let found = ProgramWords.component(in: words) { return found }
    let named = image.flatMap { Component(naming: $0.text) } ?? Component(naming: name)
    // Arguments alone: the image has the program.
    let nameCount = words.first.map { !$0.text.hasPrefix("-") } ?? false ? 1 : 0
    return named.map { ($0, nameCount) }
  }

  private static func hidesEnvironment(_ container: ConfigNode) -> Bool {
    !(container["envFrom"]?.items ?? []).isEmpty
      || (container["env"]?.items ?? []).contains {
        $0["valueFrom"] != nil && $0["name"]?.string?.hasPrefix("ETCD_") ?? false
      }
  }

  private static func environment(of container: ConfigNode) -> [String: PlacedText] {
    var environment: [String: PlacedText] = [:]
    for item in container["env"]?.items ?? [] {
      guard let name = item["name"]?.string, let value = item["value"]?.text else { continue }
      let expanded = VariableExpansion.expand(value.text, environment.mapValues(\.text))
      environment[name] = PlacedText(expanded, at: value.place)
    }
    return environment
  }

  /// The volumes of a pod.
  private struct Volumes {
    private var kinds: [String: (kind: String, path: String?)] = [:]

    init(_ spec: ConfigNode) {
      for volume in spec["volumes"]?.items ?? [] {
        guard let name = volume["name"]?.string else { continue }
        let path = volume.at("hostPath", "path")?.string
        let kind = volume.pairs.first { $0.key.text != "name" }?.key.text ?? ""
        kinds[name] = (path == nil ? kind : "hostPath", path)
      }
    }

    func mounts(of container: ConfigNode, _ variables: [String: String]) -> MountTable {
      let items = container["volumeMounts"]?.items ?? []
      return MountTable(
        mounts: items.compactMap { item in
          guard let path = item["mountPath"]?.string else { return nil }
          let volume = kinds[item["name"]?.string ?? ""]
          let subPath =
            item["subPath"]?.string
            ?? item["subPathExpr"]?.string.map { VariableExpansion.expand($0, variables) } ?? ""
          return MountTable.Mount(
            path: MountTable.clean(path),
            hostPath: volume?.path.map { MountTable.clean("\($0)/\(subPath)") },
            volumeKind: volume?.kind ?? "", isReadOnly: item["readOnly"]?.bool ?? false,
            place: item.place)
        })
    }
  }
}
