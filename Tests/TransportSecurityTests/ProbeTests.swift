import Findings
import Testing

@testable import TransportSecurity

@Suite struct ProbeTests {
  @Test(arguments: [
    ("node-1:10250", "node-1:10250"), ("10.0.0.1", "10.0.0.1:6443"),
    ("https://api.example", "api.example:443"), ("HTTPS://a:8443/path?query#part", "a:8443"),
    ("[::1]:2379", "[::1]:2379"), ("[::1]", "[::1]:6443"), ("fe80::1%eth0", "[fe80::1%eth0]:6443"),
    ("https://[::1]/", "[::1]:443"), ("unix:/run/kms.sock", "unix:/run/kms.sock"),
    ("unix:///run/kms.sock", "unix:/run/kms.sock"), ("unix:@name", "unix:@name"),
    ("unix:////a//b", "unix:/a//b"),
    ("_srv.a.example.:1", "_srv.a.example.:1"),
  ])
  func targets(text: String, expected: String) throws {
    #expect(try ProbeTarget(text).description == expected)
  }

  @Test(arguments: [
    "", ":1", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:1x", "a:１", "a b", "a/b", "http://a",
    "ftp://a", "https://u@a", "https://", "[a]", "[::1", "[::1]x", "[::1]:", "unix:", "unix",
    "https://unix/", "-a:1", ".",
    "a\u{1b}[31m:1", String(repeating: "a", count: 254) + ":1", "ä.example:1",
  ])
  func textsThatAreNoTargets(text: String) {
    #expect(throws: ProbeTarget.Problem.self) { try ProbeTarget(text) }
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK\r\nServer: nginx/1.2\r\n\r\nbody", 200, "nginx/1.2", nil),
      ("HTTP/1.0 401 Unauthorized\r\nAudit-Id: 1\r\n\r\n", 401, nil, nil),
      ("HTTP/1.1 200 OK\r\n\r\n{\n \"gitVersion\" : \"v1.36.2\",\n \"x\": 1}", 200, nil, "v1.36.2"),
      ("HTTP/1.1 200 OK\r\n\r\n{\"etcdserver\":\"3.5.0\"}", 200, nil, "3.5.0"),
      ("HTTP/1.1 200 OK\nServer:x\n", 200, "x", nil),
    ] as [(String, Int, String?, String?)])
  func answers(text: String, status: Int, server: String?, version: String?) throws {
    let answer = try #require(HTTPAnswer(Array(text.utf8)))
    #expect(answer.status == status && answer.server == server)
    #expect(answer.softwareVersion == version)
  }

  @Test(arguments: [
    "", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 999 x", "HTTP/2 200", "SSH-2.0", "HTTP/1.1 2OO x",
  ])
  func textsThatAreNoAnswers(text: String) {
    #expect(HTTPAnswer(Array(text.utf8)) == nil)
  }

  /// Reading stops when all has come that was announced, and at once when it is no HTTP.
  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false),
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", false),
    ("HTTP/1.1 200 OK\r\n\r\nabc", false), ("SSH-2.0", true), ("HT", false),
  ])
  func endsOfAnswers(text: String, isEnough: Bool) {
    #expect(HTTPAnswer.isEnough(Array(text.utf8)) == isEnough)
  }

  @Test func rulesHaveReasonsAndIdsOfTheirOwn() {
    let rules = ProbeRules.all + TransportRules.all
    #expect(Set(rules.map(\.id)).count == rules.count)
    for rule in ProbeRules.all {
      #expect(rule.id.hasPrefix("tls/port-") && !rule.why.isEmpty && !rule.fix.isEmpty)
    }
  }
}
