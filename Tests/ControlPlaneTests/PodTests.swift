import ControlPlane
import CryptoCore
import Testing

/// Static pods: which component, which words, which files of the node.
@Suite struct PodTests {
  static func components(_ text: String) throws -> [ComponentRun] {
    let bytes = Array(text.utf8)
    return try PodManifest.components(of: bytes.span, file: "pod.yaml")
  }

  static func pod(_ container: String, volumes: String = "[]", more: String = "") -> String {
    """
    apiVersion: v1
    kind: Pod
    spec:
      hostNetwork: true
      volumes: \(volumes)
      containers:
      - \(container)
    \(more)
    """
  }

  /// How a component is told from its container: expected name, and its flags.
  static let starts: [(container: String, component: Component?, flags: String)] = [
    ("{name: a, command: [kube-apiserver, --a=1]}", .apiServer, "a=1"),
    ("{name: a, command: [/usr/local/bin/kube-apiserver, --a, '1']}", .apiServer, "a=1"),
    ("{name: a, command: [kube-apiserver], args: [--a=1, --b=2]}", .apiServer, "a=1,b=2"),
    ("{name: kube-apiserver, args: [--a=1]}", .apiServer, "a=1"),
    (
      "{name: x, image: 'registry.k8s.io/kube-scheduler:v1.34.0', args: [--a=1]}", .scheduler, "a=1"
    ),
    (
      "{name: x, command: [/bin/sh, -c, 'exec kube-apiserver --a=\"x y\" --b=2 2>&1']}", .apiServer,
      "a=x y,b=2"
    ),
    (
      "{name: x, command: [sh, -ec, 'mkdir -p /etc/etcd && exec kube-scheduler --a=1 | tee log']}",
      .scheduler, "a=1"
    ),
    // Scripts of several lines, with comments, variables in front, and operators without blanks.
    (
      "{name: x, command: [sh, -c, \"set -e\\n# kube-scheduler --b=1\\nA=1 exec kube-apiserver \\\\\\n --a=1;echo\"]}",
      .apiServer, "a=1"
    ),
    ("{name: x, command: [sh, -c, 'kube-apiserver --a=1&&b|c']}", .apiServer, "a=1"),
    ("{name: x, command: [sh, -c, 'kube-apiserver --a=\"1;2#\"']}", .apiServer, "a=1;2#"),
    (
      "{name: x, command: [/go-runner, --log-file=/var/log/etcd, kube-controller-manager, --a=1]}",
      .controllerManager, "a=1"
    ),
    ("{name: x, command: [hyperkube, kube-apiserver, --a=1]}", .apiServer, "a=1"),
    ("{name: x, command: [tini, --, etcd, -name=a]}", .etcd, "name=a"),
    ("{name: x, command: [proxy-server, --a=1]}", .konnectivityServer, "a=1"),
    ("{name: aws-encryption-provider, args: [--a=1]}", .kmsPlugin, "a=1"),
    ("{name: x, image: 'example.com/k8s-kms-plugin@sha256:00', args: [--a=1]}", .kmsPlugin, "a=1"),
    ("{name: x, command: [sleep, '1']}", nil, ""),
    ("{name: nginx, image: 'nginx:1'}", nil, ""),
    // The kubelet puts variables in.
    (
      "{name: x, env: [{name: P, value: '9'}], command: [kube-apiserver, --a=$(P), --b=$$(P), --c=$(Q)]}",
      .apiServer, "a=9,b=$(P),c=$(Q)"
    ),
  ]

  @Test(arguments: starts.indices) func findsTheComponent(_ row: Int) throws {
    let (container, component, flags) = Self.starts[row]
    let found = try Self.components(Self.pod(container))
    #expect(found.first?.component == component)
    let shown = found.first?.flags.occurrences.map { "\($0.name)=\($0.value)" } ?? []
    #expect(shown.joined(separator: ",") == flags)
  }

  static let mounts = """
    {name: a, command: [kube-apiserver], volumeMounts: [
      {name: pki, mountPath: /etc/kubernetes/pki/, readOnly: true},
      {name: etc, mountPath: /etc//kubernetes},
      {name: one, mountPath: /etc/kubernetes/pki/etcd, subPath: deep/er},
      {name: file, mountPath: /a.conf, readOnly: yes},
      {name: empty, mountPath: /tmp}, {name: gone, mountPath: /gone}]}
    """
  static let volumes = """
    [{name: pki, hostPath: {path: /srv/pki}}, {name: etc, hostPath: {path: /srv/etc/}},
     {name: one, hostPath: {path: /srv/one}}, {name: file, hostPath: {path: /srv/b.conf}},
     {name: empty, emptyDir: {}}]
    """
  static let places: [(path: String, host: String?, isReadOnly: Bool, kind: String)] = [
    ("/etc/kubernetes/pki/ca.crt", "/srv/pki/ca.crt", true, "hostPath"),
    ("/etc/kubernetes/pki", "/srv/pki", true, "hostPath"),
    ("/etc/kubernetes/pki/../pki/./ca.crt", "/srv/pki/ca.crt", true, "hostPath"),
    ("/etc/kubernetes/pki2/ca.crt", "/srv/etc/pki2/ca.crt", false, "hostPath"),
    ("/etc/kubernetes/pki/etcd/ca.crt", "/srv/one/deep/er/ca.crt", false, "hostPath"),
    ("/etc/kubernetes/pki/etcd2/ca.crt", "/srv/pki/etcd2/ca.crt", true, "hostPath"),
    ("/a.conf", "/srv/b.conf", true, "hostPath"),
    ("/a.conf2", nil, false, ""),
    ("/tmp/x", nil, false, "emptyDir"),
    ("/gone/x", nil, false, ""),
    ("/usr/x", nil, false, ""),
    ("etc/kubernetes/pki/ca.crt", "/srv/pki/ca.crt", true, "hostPath"),
  ]

  @Test(arguments: places.indices) func mapsPaths(_ row: Int) throws {
    let (path, host, isReadOnly, kind) = Self.places[row]
    let text = Self.pod(
      Self.mounts.split(separator: "\n").joined(separator: " "),
      volumes: Self.volumes.split(separator: "\n").joined(separator: " "))
    let run = try #require(try Self.components(text).first)
    let location = run.location(of: path)
    #expect(location.path == host)
    #expect(location.mount?.isReadOnly ?? false == isReadOnly)
    #expect(location.mount?.volumeKind ?? "" == kind)
  }

  @Test func knowsWhetherVariablesAreAtHand() throws {
    func hides(_ environment: String) throws -> Bool {
      try #require(
        Self.components(Self.pod("{name: a, command: [etcd], \(environment)}")).first
      ).hasHiddenEnvironment
    }
    #expect(try !hides("env: [{name: ETCD_NAME, value: x}]"))
    #expect(try !hides("env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]"))
    #expect(
      try hides("env: [{name: ETCD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"))
    #expect(try hides("envFrom: [{configMapRef: {name: c}}]"))
  }

  @Test func knowsPlaces() throws {
    let run = try #require(
      try Self.components(
        """
        kind: Pod
        spec:
          containers:
            - name: etcd
              image: registry.k8s.io/etcd:3.6.5-0
              command:
                - etcd
                - --name=a
                - "--data-dir"
                - /x
        """
      ).first)
    #expect(run.flags.last("name")?.place == Place(file: "pod.yaml", line: 8, column: 11))
    #expect(run.flags.last("data-dir")?.place == Place(file: "pod.yaml", line: 9, column: 11))
    #expect(run.flags.last("data-dir")?.value == "/x")
    #expect(run.version == KubernetesVersion(3, 6))
    #expect(!run.usesHostNetwork)
  }

  /// Other kinds: lists, templates; what is none.
  @Test func readsOtherKinds() throws {
    let pod = "{kind: Pod, spec: {containers: [{command: [etcd, --name=a]}]}}"
    #expect(try Self.components("{kind: PodList, items: [\(pod), \(pod)]}").count == 2)
    #expect(try Self.components("kind: List\nitems:\n- \(pod)\n- {kind: Secret}").count == 1)
    #expect(
      try Self.components(
        "{kind: DaemonSet, spec: {template: {spec: {containers: [{command: [kube-proxy]}]}}}}"
      ).map(\.component) == [.kubeProxy])
    #expect(try Self.components("{\"kind\": \"Pod\", \"spec\": {\"containers\": null}}").isEmpty)
    #expect(try Self.components("# nothing\n").isEmpty)
    #expect(throws: ControlPlaneError.self) { try Self.components("kind: [") }
    // Anchors, merge keys, keys that stand twice, circles.
    let merged = """
      x: &x {command: [etcd, --name=m]}
      kind: Pod
      spec: {containers: [{<<: *x, name: a}]}
      """
    #expect(try Self.components(merged).first?.flags.last("name")?.value == "m")
    let twice = "kind: Pod\nspec: {containers: [{command: [sleep], command: [etcd]}]}"
    #expect(try Self.components(twice).map(\.component) == [.etcd])
    let circle = "kind: Pod\nspec: &s {containers: [*s, {<<: *s, command: [etcd]}], volumes: *s}"
    #expect(try Self.components(circle).count == 1)
  }

  /// Texts that would go on for ever, or nearly so.
  static let bombs: [String] = [
    "&a {kind: List, items: [*a, *a]}",
    "&a {kind: Pod, spec: {containers: *a}}",
    "&a {kind: Pod, <<: *a, spec: {<<: *a, containers: [*a]}}",
    "a: &a {<<: [*a, *a, *a, *a, *a, *a, *a, *a]}\nkind: Pod\nspec: *a",
    "l0: &l0 {kind: List, items: []}\n"
      + (1...20).map {
        "l\($0): &l\($0) {kind: List, items: [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]}\n"
      }
      .joined() + "kind: List\nitems: [*l20]\n",
    "c: &c {command: [etcd]}\np: &p {kind: Pod, spec: {containers: ["
      + Array(repeating: "*c", count: 5000).joined(separator: ", ") + "]}}\nkind: List\nitems: ["
      + Array(repeating: "*p", count: 5000).joined(separator: ", ") + "]\n",
    String(repeating: "[", count: 5000), String(repeating: "{a: ", count: 5000),
  ]

  @Test(arguments: bombs.indices) func hostileTextsEnd(_ row: Int) {
    let bytes = Array(Self.bombs[row].utf8)
    guard let documents = try? ConfigNode.documents(of: bytes.span, file: "f") else { return }
    for root in documents {
      #expect(PodManifest.components(of: root).count < 1000)
      #expect(ServedWebhook.all(in: root).isEmpty && IngressBackend.all(in: root).isEmpty)
      _ = Kubeconfig(root, file: "f").current
      _ = KubeletSettings(run: nil, files: [root]).setting("anonymous-auth")
      _ = EtcdSettings(run: nil, file: root).setting("cert-file")
    }
  }

  static let versions: [(image: String, version: String?)] = [
    ("registry.k8s.io/kube-apiserver:v1.34.2", "1.34"),
    ("localhost:5000/kube-apiserver:v1.29.0-rke2r1@sha256:0011", "1.29"),
    ("registry:5000/kube-apiserver", nil), ("kube-apiserver:latest", nil),
    ("kube-apiserver@sha256:0011", nil), ("kube-apiserver:1.30", "1.30"),
    ("etcd:3.6.5-0", "3.6"), ("a:v1", nil), ("a:v1.x", nil), ("", nil), (":", nil),
    ("a:v99999999999999999999.1", nil),
  ]

  @Test(arguments: versions.indices) func readsVersions(_ row: Int) {
    #expect(
      KubernetesVersion(image: Self.versions[row].image)?.description == Self.versions[row].version)
  }
}
