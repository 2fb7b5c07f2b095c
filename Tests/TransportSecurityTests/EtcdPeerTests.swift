import Foundation
import Testing
import TransportSecurity

/// What the matrix says of etcd's port, beside what etcd itself does.
@Suite(.serialized) struct EtcdPeerTests {
  /// Flags for TLS, and whether etcd serves a client with no certificate; nil: not by TLS at all.
  static let servers: [(flags: [String], servesAnybody: Bool)] = [
    (["--cert-file=<cert>", "--key-file=<key>"], true),
    (["--cert-file=<cert>", "--key-file=<key>", "--client-cert-auth=false"], true),
    (
      ["--cert-file=<cert>", "--key-file=<key>", "--trusted-ca-file=<ca>", "--client-cert-auth"],
      false
    ),
    // A trusted CA is enough.
    (["--cert-file=<cert>", "--key-file=<key>", "--trusted-ca-file=<ca>"], false),
    (
      [
        "--cert-file=<cert>", "--key-file=<key>", "--trusted-ca-file=<ca>",
        "--client-cert-auth=false",
      ],
      false
    ),
    // The last one counts.
    (
      [
        "--cert-file=<cert>", "--key-file=<key>", "--trusted-ca-file=<ca>", "--trusted-ca-file=",
      ], true
    ),
  ]

  @Test(arguments: servers.indices) func agreesWithEtcd(_ row: Int) throws {
    let (flags, servesAnybody) = Self.servers[row]
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    let pki = node.url("etc/kubernetes/pki/etcd").path
    try Self.renew(pki)
    let port = 2 * Int.random(in: 10_000..<16_000)
    let own = flags.map {
      $0.replacingOccurrences(of: "<cert>", with: "\(pki)/server.crt")
        .replacingOccurrences(of: "<key>", with: "\(pki)/server.key")
        .replacingOccurrences(of: "<ca>", with: "\(pki)/ca.crt")
    }
    let etcd = Process()
    etcd.executableURL = URL(filePath: "/usr/bin/etcd")
    etcd.arguments =
      own + [
        "--name=a", "--data-dir=\(node.url("data").path)",
        "--listen-client-urls=https://127.0.0.1:\(port)",
        "--advertise-client-urls=https://127.0.0.1:\(port)",
        "--listen-peer-urls=http://127.0.0.1:\(port + 1)",
        "--initial-advertise-peer-urls=http://127.0.0.1:\(port + 1)",
        "--initial-cluster=a=http://127.0.0.1:\(port + 1)",
      ]
    etcd.standardError = FileHandle.nullDevice
    etcd.standardOutput = FileHandle.nullDevice
    try etcd.run()
    defer {
      etcd.terminate()
      etcd.waitUntilExit()
    }
    let client = ["--cert", "\(pki)/server.crt", "--key", "\(pki)/server.key"]
    var isUp = false
    for _ in 0..<600 where !isUp && etcd.isRunning {
      isUp = try Self.health(port, ca: "\(pki)/ca.crt", client)
      if !isUp { Thread.sleep(forTimeInterval: 0.1) }
    }
    try #require(isUp, "etcd does not serve")
    #expect(try Self.health(port, ca: "\(pki)/ca.crt", []) == servesAnybody)
    #expect(try matrixState(own, node) == (servesAnybody ? .bad : .good))
  }

  /// Peers judge by their own clock: a certificate for today.
  private static func renew(_ pki: String) throws {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = URL(filePath: pki)
    shell.arguments = [
      "-c",
      """
      printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:127.0.0.1\n' > ext
      openssl req -new -key server.key -subj /CN=etcd | openssl x509 -req -days 2 -CA ca.crt \
        -CAkey ca.key -CAcreateserial -extfile ext -out server.crt 2> /dev/null
      """,
    ]
    try shell.run()
    shell.waitUntilExit()
    try #require(shell.terminationStatus == 0)
  }

  private static func health(_ port: Int, ca: String, _ more: [String]) throws -> Bool {
    let curl = Process()
    curl.executableURL = URL(filePath: "/usr/bin/curl")
    curl.arguments =
      ["-s", "-f", "--max-time", "5", "--cacert", ca, "https://127.0.0.1:\(port)/version"] + more
    curl.standardOutput = FileHandle.nullDevice
    curl.standardError = FileHandle.nullDevice
    try curl.run()
    curl.waitUntilExit()
    return curl.terminationStatus == 0
  }

  /// What the matrix says of the same flags in a static pod.
  private func matrixState(_ flags: [String], _ node: NodeCopy) throws -> LinkCell.State? {
    let prefix = node.folder.path
    let words = flags.map { "    - \($0.replacingOccurrences(of: prefix, with: ""))" }
    let path = "etc/kubernetes/manifests/etcd.yaml"
    let lines = try node.text(path).components(separatedBy: "\n").filter { line in
      !["cert-file", "key-file", "client-cert-auth", "trusted-ca-file"].contains {
        line.hasPrefix("    - --\($0)")
      }
    }
    let last = try #require(lines.lastIndex { $0.hasPrefix("    - --") })
    try node.write(
      (lines[...last] + words + lines[(last + 1)...]).joined(separator: "\n"), to: path)
    let matrix = try DemoNodes.matrix([node.folder])
    return matrix.links.first { $0.id == "apiserver-etcd" }?.clientAuthenticated.state
  }
}
