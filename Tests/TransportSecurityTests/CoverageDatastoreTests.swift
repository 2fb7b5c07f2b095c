import Findings
import Foundation
import Testing
import TransportSecurity

/// Where k3s keeps everything when that is elsewhere.
@Suite struct CoverageDatastoreTests {
  /// What k3s keeps everything in when it is not etcd: its endpoint, other settings, the verdict.
  static let datastores: [(endpoint: String, more: String, verdict: Link.Verdict?, rule: String?)] =
    [
      ("", "", nil, nil),
      ("sqlite:///x", "", nil, nil),
      (
        "postgres://u:hunter2@db.example.com:5432/k3s?sslmode=disable", "", .exposed,
        "tls/link-datastore-plaintext"
      ),
      ("postgres://u:hunter2@127.0.0.1/k3s?sslmode=disable", "", .local, nil),
      ("postgres://u:hunter2@db.example.com/k3s", "", .weak, "tls/link-datastore-not-verified"),
      (
        "postgres://u:hunter2@db.example.com/k3s?sslmode=require", "", .weak,
        "tls/link-datastore-not-verified"
      ),
      ("postgres://u:hunter2@db.example.com/k3s", "datastore-cafile: CA", .unknown, nil),
      ("postgres://u:hunter2@db.example.com/k3s", "datastore-cafile: /gone", .unknown, nil),
      (
        "mysql://u:hunter2@tcp(db.example.com:3306)/k3s", "", .exposed,
        "tls/link-datastore-plaintext"
      ),
      ("mysql://u:hunter2@unix(/run/my.sock)/k3s", "", .local, nil),
      (
        "mysql://u:hunter2@tcp(db.example.com)/k3s?tls=skip-verify", "", .weak,
        "tls/link-datastore-not-verified"
      ),
      ("mysql://u:hunter2@tcp(db.example.com)/k3s?tls=true", "", .unknown, nil),
      ("nats://u:hunter2@nats.example.com", "", .unknown, nil),
    ]

  @Test(arguments: datastores.indices) func judgesDatabasesOfK3s(_ row: Int) throws {
    let (endpoint, more, verdict, rule) = Self.datastores[row]
    let node = try DemoNodes.shared.get().copy(of: "k3s")
    try node.remove("var/lib/rancher/k3s/server/db/etcd")
    let ca = "/var/lib/rancher/k3s/server/tls/server-ca.crt"
    let text = more.isEmpty ? "{}" : more.replacingOccurrences(of: "CA", with: ca)
    try node.write(text + "\n", to: "etc/rancher/k3s/config.yaml")
    // As the installer writes it.
    try node.write(
      "K3S_DATASTORE_ENDPOINT='\(endpoint)'\n", to: "etc/systemd/system/k3s.service.env")
    let matrix = try DemoNodes.matrix([node.folder])
    let link = matrix.links.first { $0.id == "apiserver-datastore" }
    #expect(link?.verdict == verdict)
    #expect(matrix.findings.map(\.rule.id) == (rule.map { [$0] } ?? []))
    let texts =
      matrix.findings.map(\.message) + (link?.cells.flatMap { $0.cell.evidence.map(\.text) } ?? [])
    #expect(!(texts + [link?.name ?? ""]).contains { $0.contains("hunter2") })
  }

  /// etcd elsewhere, in the configuration.
  @Test func judgesEtcdElsewhereOfK3s() throws {
    let node = try DemoNodes.shared.get().copy(of: "k3s")
    try node.remove("var/lib/rancher/k3s/server/db/etcd")
    func link(_ endpoint: String) throws -> Link? {
      try node.write("datastore-endpoint: \(endpoint)\n", to: "etc/rancher/k3s/config.yaml")
      return try DemoNodes.matrix([node.folder]).links.first { $0.id == "apiserver-etcd" }
    }
    #expect(try link("http://192.0.2.99:2379")?.verdict == .exposed)
    #expect(try link("https://192.0.2.99:2379")?.serverVerified.state == .weak)
  }
}
