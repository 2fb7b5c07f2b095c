import CryptoCore
import Testing

@testable import TLSClient

@Suite struct HelloTests {
  /// A ServerHello as a server writes it, with what is in it.
  private static func serverHello(
    version: UInt16 = 0x0303, suite: UInt16 = 0xc02f, session: Int = 32, selected: UInt16? = nil
  ) -> [UInt8] {
    var body = [UInt8(version >> 8), UInt8(version & 0xff)] + [UInt8](repeating: 7, count: 32)
    body += [UInt8(session)] + [UInt8](repeating: 9, count: session)
    body += [UInt8(suite >> 8), UInt8(suite & 0xff), 0]
    if let selected {
      body += [0, 6, 0, 43, 0, 2, UInt8(selected >> 8), UInt8(selected & 0xff)]
    }
    return [2, 0, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
  }

  private static func record(_ message: [UInt8], type: UInt8 = 22) -> [UInt8] {
    [type, 3, 3, UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
  }

  @Test(arguments: [
    (serverHello(), ServerAnswer.hello(version: 0x0303, suite: 0xc02f)),
    (serverHello(version: 0x0301, suite: 5, session: 0), .hello(version: 0x0301, suite: 5)),
    (serverHello(suite: 0x1301, selected: 0x0304), .hello(version: 0x0304, suite: 0x1301)),
  ])
  func answersAreReadHoweverTheyAreCutUp(message: [UInt8], expected: ServerAnswer) {
    let whole = Self.record(message)
    #expect(ServerAnswer.read(whole) == expected)
    // What follows changes nothing.
    #expect(ServerAnswer.read(whole + Self.record([11, 0, 0, 0])) == expected)
    for count in 0..<whole.count {
      #expect(ServerAnswer.read(Array(whole.prefix(count))) == nil)
    }
    let fragments = message.flatMap { Self.record([$0]) }
    #expect(ServerAnswer.read(fragments) == expected)
    #expect(ServerAnswer.read(Array(fragments.dropLast())) == nil)
  }

  @Test(arguments: [
    (record([2, 40], type: 21), ServerAnswer.alert(TLSAlert(number: 40))),
    (Array("HTTP/1.1 400 Bad Request".utf8), .http),
    (Array("SSH-2.0-x".utf8), .other(Array("SSH-2.0-x".utf8))),
    (Array("HTTX".utf8), .other(Array("HTTX".utf8))),
    ([22, 4, 0, 0, 1], .other([22, 4, 0, 0, 1])),
    ([22, 3, 3, 0, 0], .other([22, 3, 3, 0, 0])),
    ([22, 3, 3, 0xff, 0xff], .other([22, 3, 3, 0xff, 0xff])),
  ])
  func otherAnswersAreTold(bytes: [UInt8], expected: ServerAnswer) {
    #expect(ServerAnswer.read(bytes) == expected)
  }

  /// A length inside that says more than there is, or less, is no answer.
  @Test func damagedAnswersAreNone() {
    let message = Self.serverHello(suite: 0x1301, selected: 0x0304)
    for index in 4..<message.count {
      for value in [UInt8(0), 0x7f, 0xff] where message[index] != value {
        var damaged = message
        damaged[index] = value
        switch ServerAnswer.read(Self.record(damaged)) {
        case .hello, .other: break
        case let answer: Issue.record("byte \(index) as \(value): \(String(describing: answer))")
        }
      }
    }
  }

  @Test func noiseEndsInAnAnswer() {
    var noise = [UInt8](repeating: 0, count: 512)
    for _ in 0..<2_000 {
      var span = noise.mutableSpan
      RandomBytes.fill(&span)
      // As much of it as possible looks like TLS.
      noise.replaceSubrange(0..<3, with: [22, 3, 3])
      if noise[5] & 1 == 0 { noise[5] = 2 }
      let answer = ServerAnswer.read(noise)
      // What is told of the first bytes stays true when more come.
      for count in [5, 6, 9, 40, 256, 511] {
        let earlier = ServerAnswer.read(Array(noise.prefix(count)))
        if case .other = earlier, case .other = answer { continue }
        #expect(earlier == nil || earlier == answer)
      }
    }
    let flood = [UInt8](repeating: 22, count: ServerAnswer.maximumByteCount)
    #expect(ServerAnswer.read(flood) != nil)
    let records = (0..<16).flatMap { _ in
      Self.record([2, 0, 0xff, 0xff] + [UInt8](repeating: 0, count: 4092))
    }
    #expect(ServerAnswer.read(records) != nil)
  }

  /// The lengths in a hello are those of what is behind them, all the way down.
  @Test(arguments: TLSVersion.allCases)
  func hellosAreWellFormed(version: TLSVersion) throws {
    let suites = CipherSuite.offered(in: version)
    let bytes = ClientHello(version: version, suites: suites, serverName: "a.example").bytes()
    func number(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
    #expect(bytes[0] == 22 && number(3) == bytes.count - 5)
    #expect(bytes[5] == 1 && bytes[6] == 0 && number(7) == bytes.count - 9)
    #expect(number(9) == Int(min(version, .tls12).rawValue))
    let afterSession = 43 + 1 + Int(bytes[43])
    let extra = version == .tls13 ? 0 : 1
    #expect(number(afterSession) == (suites.count + extra) * 2)
    var position = afterSession + 2 + number(afterSession) + 2
    guard version != .ssl3 else {
      #expect(position == bytes.count)
      return
    }
    #expect(number(position) == bytes.count - position - 2)
    position += 2
    var types: [Int] = []
    while position < bytes.count {
      types.append(number(position))
      position += 4 + number(position + 2)
    }
    #expect(position == bytes.count)
    #expect(types.first == 0 && types.contains(43) == (version == .tls13))
    #expect(types.contains(13) == (version >= .tls12))
  }

  /// Two hellos share nothing that is random.
  @Test func hellosAreFresh() {
    let hello = ClientHello(
      version: .tls13, suites: CipherSuite.offered(in: .tls13), serverName: nil)
    #expect(hello.bytes() != hello.bytes())
    #expect(hello.bytes().count == hello.bytes().count)
  }
}

@Suite struct CipherSuiteTests {
  @Test func theTableIsTheRegistrys() {
    let all = CipherSuite.all
    #expect(all.count == 137)
    #expect(Set(all.map(\.number)).count == all.count && Set(all.map(\.name)).count == all.count)
    let known: [UInt16: String] = [
      0x0000: "", 0x0005: "TLS_RSA_WITH_RC4_128_SHA", 0x1301: "TLS_AES_128_GCM_SHA256",
      0x000a: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x0018: "TLS_DH_anon_WITH_RC4_128_MD5",
      0xc02f: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc09c: "TLS_RSA_WITH_AES_128_CCM",
      0xcca9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ]
    for (number, name) in known {
      #expect(all.first { $0.number == number }?.name ?? "" == name)
    }
  }

  @Test(
    arguments: [
      ("TLS_AES_128_GCM_SHA256", nil, true), ("TLS_RSA_WITH_NULL_MD5", .noEncryption, false),
      ("TLS_ECDH_anon_WITH_NULL_SHA", .noEncryption, true),
      ("TLS_DH_anon_WITH_AES_256_GCM_SHA384", .noAuthentication, true),
      ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", .export, false),
      ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", .rc4, true), ("TLS_RSA_WITH_DES_CBC_SHA", .des, false),
      ("TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", .smallBlock, true),
      ("TLS_RSA_WITH_IDEA_CBC_SHA", .smallBlock, false),
      ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", nil, true),
      ("TLS_RSA_WITH_AES_256_GCM_SHA384", nil, false),
      ("TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", nil, false),
    ] as [(String, CipherSuite.Weakness?, Bool)])
  func suitesAreJudged(name: String, weakness: CipherSuite.Weakness?, isForward: Bool) throws {
    let suite = try #require(CipherSuite.all.first { $0.name == name })
    #expect(suite.weakness == weakness && suite.hasForwardSecrecy == isForward)
  }

  @Test func versionsHaveTheirSuites() throws {
    #expect(
      CipherSuite.offered(in: .tls13).map(\.number) == [0x1301, 0x1302, 0x1303, 0x1304, 0x1305])
    let modern = CipherSuite.offered(in: .tls12)
    #expect(modern.count == CipherSuite.all.count - 5)
    let first = try #require(modern.first)
    #expect(first.weakness == nil && first.hasForwardSecrecy)
    #expect(modern.last?.weakness != nil)
    let old = Set(CipherSuite.offered(in: .tls10))
    #expect(old.isSubset(of: modern) && old.allSatisfy { !$0.name.contains("SHA256") })
  }
}
