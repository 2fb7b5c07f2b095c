/// The texts of the steps.
struct StepWriter {
  let states: RotationStates
  let places: RotationPlan.Places

  func title(_ kind: RotationStep.Kind) -> String {
    switch kind {
    case .backup: "Take a snapshot, and see that every object in it opens"
    case .installReading: "Let every API server read what will be written"
    case .installWriting:
      states.final == nil ? "Let them write plaintext" : "Let them write with the new key"
    case .rewrite: "Rewrite every object: \(states.resources.joined(separator: ", "))"
    case .compactHistory: "Compact etcd: older revisions need the old key as well"
    case .installFinal:
      states.final == nil
        ? "Take the configuration away" : "Drop what nothing needs any more"
    case .defragment: "Compact and defragment etcd: until then the old values lie in its file"
    case .retireBackups: "Destroy the old backups, or keep them as secret as their keys"
    }
  }

  func explanation(_ kind: RotationStep.Kind) -> [String] {
    switch kind {
    case .backup:
      return ["Keep the current configuration with it: without its keys the snapshot is of no use."]
    case .installReading:
      var lines = [
        "On every control-plane node before the next step: an API server without it fails on what "
          + "another one has written."
      ]
      if states.current == nil {
        lines.append(
          "In /etc/kubernetes/manifests/kube-apiserver.yaml: the flag "
            + "--encryption-provider-config=\(places.node), and the folder of that file as a "
            + "hostPath volume, mounted read-only.")
      }
      return lines + [reload]
    case .installWriting: return [again]
    case .rewrite:
      return ["Objects stay as they are until somebody writes them. Conflicts are harmless: again."]
    case .compactHistory:
      return ["The API server compacts every five minutes what is older than that; or by hand:"]
    case .installFinal:
      return states.final == nil
        ? [
          "Remove the flag --encryption-provider-config from kube-apiserver.yaml on every node, "
            + "then the file."
        ] : [again]
    case .defragment:
      return ["Rewriting and compacting only set pages free: what is in them can still be read."]
    case .retireBackups:
      return ["They hold the values as they were, under the old key or in plaintext:"]
        + (places.backups + ["before.db"]).map { "- \($0)" }
        + [
          "and every other copy of etcd that was made before the last step, on other machines too."
        ]
    }
  }

  private var reload: String {
    "An API server with --encryption-provider-config-automatic-reload=true takes it up within about "
      + "a minute (a file that it refuses is passed over in silence: see its metric "
      + "apiserver_encryption_config_controller_automatic_reloads_total); else restart it."
  }

  private var again: String { "On every node; wait for the reload as before, or restart." }

  func file(_ kind: RotationStep.Kind) -> String? {
    guard let state = state(kind), state != .final || states.final != nil else { return nil }
    return "\(places.folder)/\(state.fileName)"
  }

  private func state(_ kind: RotationStep.Kind) -> RotationProgress.State? {
    switch kind {
    case .installReading: .reading
    case .installWriting: .writing
    case .installFinal: .final
    default: nil
    }
  }

  func commands(_ kind: RotationStep.Kind) -> [String] {
    switch kind {
    case .backup: return ["etcdctl snapshot save before.db"]
    case .installReading, .installWriting, .installFinal:
      guard let file = file(kind) else { return ["rm \(quoted(places.node))"] }
      return [
        "install -m 0600 \(quoted(file)) \(quoted(places.node))",
        "crictl stop $(crictl ps -q --name kube-apiserver)   # without automatic reload",
      ]
    case .rewrite: return states.resources.map(Self.rewrite)
    case .compactHistory: return Self.compaction
    case .defragment: return Self.compaction + ["etcdctl defrag   # for each member, one by one"]
    case .retireBackups: return []
    }
  }

  private static let compaction = [
    "rev=$(etcdctl endpoint status --write-out json | jq '.[0].Status.header.revision')",
    "etcdctl compact \"$rev\"",
  ]

  private static func rewrite(_ resource: String) -> String {
    let parsed = GroupResource(resource)
    guard parsed.resource == "*" else {
      return "kubectl get \(quoted(resource)) --all-namespaces -o json | kubectl replace -f -"
    }
    let group = parsed.group == "*" ? "" : " --api-group=\(quoted(parsed.group))"
    return "for r in $(kubectl api-resources --verbs=list,update -o name\(group)); do "
      + "kubectl get \"$r\" --all-namespaces -o json | kubectl replace -f -; done"
  }

  func checks(_ kind: RotationStep.Kind) -> [String] {
    let folder = quoted(places.folder)
    switch kind {
    case .backup:
      guard states.current != nil else { return ["sealwax at-rest snapshot before.db"] }
      return ["sealwax at-rest snapshot --config \(folder)/0-current.yaml before.db"]
    case .installReading, .installWriting, .installFinal:
      let check =
        file(kind).map {
          ["sealwax at-rest check \(quoted($0))   # 'accepted' counts at this step"]
        } ?? []
      return check + [
        "kubectl get --raw '/readyz?verbose'   # of every API server",
        "sealwax at-rest plan --resume \(folder) --node FILE...   # every node's file",
      ]
    case .rewrite, .compactHistory:
      return [
        "etcdctl snapshot save after.db",
        "sealwax at-rest plan --resume \(folder) --node FILE... --snapshot after.db",
      ]
    case .defragment:
      let config = states.final == nil ? "" : " --config \(folder)/3-final.yaml"
      return [
        "etcdctl snapshot save final.db",
        "sealwax at-rest snapshot\(config) final.db",
        "sealwax at-rest plan --resume \(folder) --node FILE... --snapshot final.db",
      ]
    case .retireBackups: return []
    }
  }

  private func quoted(_ text: String) -> String { Self.quoted(text) }

  /// A text as a word for a shell.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
          || "-_./+=:,@".utf8.contains(byte)
      }
    return isPlain
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
