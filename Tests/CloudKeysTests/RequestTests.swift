internal import CryptoCore
internal import Platform
internal import Synchronization
internal import Testing

@testable internal import CloudKeys

/// A request of AWS's test suite for Signature Version 4, and its signature.
struct SignatureVector: Sendable, CustomTestStringConvertible {
  let name: String
  let method: String
  let type: String?
  let body: String
  let signature: String
  var testDescription: String { name }

  static let all = [
    SignatureVector(
      name: "get-vanilla", method: "GET", type: nil, body: "",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    SignatureVector(
      name: "post-vanilla", method: "POST", type: nil, body: "",
      signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    SignatureVector(
      name: "post-x-www-form-urlencoded", method: "POST",
      type: "application/x-www-form-urlencoded", body: "Param1=value1",
      signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
  ]
}

/// A service that does not answer holds up nobody who asks another; the same is asked for once.
@Test func fetchesOfOtherNamesDoNotWait() throws {
  let cache = TimedCache<Int>()
  let counts = Mutex<[String: Int]>([:])
  let hasFast = Mutex(false)
  Parallel.forEach(count: 6, workers: 6) { index, _ in
    let name = index < 3 ? "slow" : "fast"
    let value = try? cache.value(for: [name]) {
      counts.withLock { $0[name, default: 0] += 1 }
      let end = Deadline(after: .seconds(5))
      while name == "slow", !end.isOver, !hasFast.withLock({ $0 }) {
        WallClock.pause(milliseconds: 5)
      }
      return name == "slow" && end.isOver ? 0 : 1
    }
    if name == "fast" { hasFast.withLock { $0 = true } }
    #expect(value == 1)
  }
  #expect(counts.withLock { $0 } == ["slow": 1, "fast": 1])
}

@Test(arguments: SignatureVector.all)
func signsAsAWSDoes(_ vector: SignatureVector) throws {
  let secret = Array("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8)
  let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretKey: try Secret(copying: secret.span), sessionToken: nil,
    origin: "the test suite")
  let signature = AWSSignature(
    service: "service", region: "us-east-1", date: AWSSignature.date("2015-08-30T12:36:00Z"))
  var headers = [
    (name: "host", value: "example.amazonaws.com"), (name: "x-amz-date", value: "20150830T123600Z"),
  ]
  if let type = vector.type { headers.append((name: "content-type", value: type)) }
  let body = Array(vector.body.utf8)
  let value = signature.authorization(
    AWSSignature.Message(method: vector.method, path: "/", headers: headers), body: body.span,
    credentials)
  #expect(value.hasSuffix("Signature=" + vector.signature))
}

@Test(arguments: [
  ("https://vault.example.org:8200", "https://vault.example.org:8200"),
  ("HTTPS://Vault.example.org:443/", "https://vault.example.org"),
  ("http://[::1]:8200", "http://[::1]:8200"), ("https://a@b", nil), ("https://a:x@b/", nil),
  ("https://a#b", nil), ("https://a b", nil), ("ftp://a", nil), ("https://", nil),
  ("https://a:0", nil), ("https://a:99999", nil), ("https://a\"\nuser = x", nil),
  ("https://a/\\b", nil), ("https://exämple.org", nil), ("https://[::1", nil),
])
func readsAddresses(_ text: String, _ origin: String?) {
  #expect(WebAddress(text)?.origin == origin)
}

@Test func knowsWhatIsNear() {
  let loopback = ["http://127.0.0.1", "http://localhost:1", "http://[::1]"]
  let far = [
    "http://127.0.0.1.evil.org", "http://127.evil.org", "http://169.254.evil.org", "http://0x7f.1",
  ]
  let link = ["http://169.254.169.254", "http://[fd00:ec2::254]"]
  #expect(loopback.allSatisfy { WebAddress($0)?.isLoopback == true })
  #expect(link.allSatisfy { WebAddress($0)?.isLinkLocal == true })
  #expect(
    far.allSatisfy { WebAddress($0).map { $0.isLoopback || $0.isLinkLocal } == false })
}

@Test(arguments: [
  ("{\"a\":{\"b\":\"x\"}}", "x"),
  ("{\"c\":[1,{\"b\":\"no\"}],\"a\":{\"d\":null,\"b\":\"\\u00e9\\n\\/\"}} ", "é\n/"),
  ("{\"a\":{\"b\":1}}", nil), ("{\"a\":[\"b\"]}", nil), ("{\"a\":{\"b\":\"x\"}", nil), ("", nil),
  ("{\"a\":{\"b\":\"x\"}}}", nil), ("{\"a\":{\"b\":\"x\\\"", nil), ("[]", nil),
  ("{\"a\":{\"b\":\"\\x\"}}", nil), ("{\"a\":{\"b\":\"\\ud83d\"}}", nil),
  ("{\"a\":{\"b\":\"\\", nil),
  (String(repeating: "{\"a\":", count: 40), nil),
])
func findsFieldsOfJSON(_ text: String, _ expected: String?) {
  let fields = JSONFields(WipedBuffer(copying: Array(text.utf8).span))
  let found = fields.string("a", "b")
  #expect(found == expected)
}
