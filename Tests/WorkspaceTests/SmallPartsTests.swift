import CryptoCore
import Envelope
import Findings
import Foundation
import Manifest
import Testing

@testable import Workspace

/// Entry paths, variables' names, demo keys, versions in git.
struct SmallPartsTests {
  @Test func entryPaths() throws {
    #expect(try EntryPath("data.tls.crt") == EntryPath("data.tls.crt"))
    let path = try EntryPath("data.tls.crt")
    #expect(path.field == .data && path.key == "tls.crt" && path.description == "data.tls.crt")
    for text in ["", "data", "data.", "password", ".x"] {
      #expect(throws: WorkspaceError.self, "\(text)") { try EntryPath(text) }
    }
  }

  static let names: [(key: String, prefix: String, isNormalized: Bool, result: String?)] = [
    ("password", "", false, "password"), ("tls.crt", "", false, nil),
    ("tls.crt", "", true, "TLS_CRT"), ("1st", "", false, nil), ("1st", "N", false, "N1st"),
    ("a-b", "X_", true, "X_A_B"), ("LD_PRELOAD", "", false, nil), ("PATH", "", false, nil),
    ("path", "", true, nil), ("PATH", "DB_", false, "DB_PATH"), ("é", "", false, nil),
    ("GIT_TOKEN", "", false, nil), ("git-token", "", true, nil), ("no_proxy", "", false, nil),
    ("HTTPS_PROXY", "", false, nil), ("https_proxy", "X_", false, "X_https_proxy"),
    ("proxy", "", false, "proxy"), ("npm_config_registry", "", false, nil), ("LD", "", false, "LD"),
  ]

  /// Names that run code, or load it, by their value alone.
  @Test func variablesThatChangeProgramsAreRefused() {
    for name in [
      "MAKEFLAGS", "LUA_INIT", "LUA_INIT_5_4", "LESSOPEN", "LESSCLOSE", "ZDOTDIR", "R_PROFILE",
      "R_PROFILE_USER", "PHPRC", "PHP_INI_SCAN_DIR", "CORECLR_PROFILER_PATH", "COR_PROFILER",
      "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "GOFLAGS", "MAVEN_OPTS", "GRADLE_OPTS",
    ] {
      let name = VariableName(name, prefix: "", isNormalized: false)
      #expect(throws: WorkspaceError.self, "\(name.text)") { try name.check(of: "Secret x") }
    }
  }

  @Test(arguments: [
    ("2026-11-26", KeyAge.days(0)), ("2026-11-27", .days(0)), ("2026-11-28", .future),
    ("9999-01-01", .future), ("2026-08-28", .days(90)), ("2026-02-31", .noDay),
  ])
  func keysHaveAnAge(_ made: String, _ age: KeyAge) throws {
    let today = try #require(CalendarDate("2026-11-26"))
    #expect(KeyAge(madeOn: try #require(SealTime(made + "T23:59:59Z")), today: today) == age)
  }

  @Test(arguments: names.indices) func variableNames(_ index: Int) {
    let row = Self.names[index]
    let name = VariableName(row.key, prefix: row.prefix, isNormalized: row.isNormalized)
    let isAccepted = (try? name.check(of: "Secret x")) != nil
    #expect(isAccepted == (row.result != nil), "\(row.key)")
    if let result = row.result { #expect(name.text == result) }
  }

  static let keys: [(text: String, redacted: String)] = [
    ("a AGE-SECRET-KEY-1QQ b", "a AGE-SECRET-KEY-... b"),
    ("'age-secret-key-pq-1qq'", "'age-secret-key-...'"),
    (
      "xSEALWAX-KEK-AES-256-GCM-1Q,SEALWAX-SIGNING-KEY-1",
      "xSEALWAX-KEK-...,SEALWAX-SIGNING-KEY-..."
    ),
    ("AGE-PLUGIN-YUBIKEY-1QQQQQQQ", "AGE-PLUGIN-..."), ("AGE-PLUGIN-X", "AGE-PLUGIN-..."),
    ("age-plugin-yubikey-1qqqqqqq", "age-plugin-..."), ("age-plugin-yubikey", "age-plugin-yubikey"),
    ("age-plugin-1password: no", "age-plugin-1password: no"),
    (
      "-----BEGIN X PRIVATE KEY-----\\nQUJD\\n+/=\nQ -----END",
      "-----BEGIN X PRIVATE KEY-----... -----END"
    ),
    ("age1qqq é ssh-ed25519 A", "age1qqq é ssh-ed25519 A"), ("AGE-SECRET-KEY-", "AGE-SECRET-KEY-"),
    ("", ""),
  ]

  @Test(arguments: keys.indices) func secretKeysAreTakenOutOfTexts(_ index: Int) {
    let row = Self.keys[index]
    #expect(SecretKeyText.redacted(row.text) == row.redacted)
    #expect(SecretKeyText.isIn(row.text) == (row.text != row.redacted))
  }

  @Test func demoKeysAreFineInExamplesAndTestsOnly() throws {
    let scratch = try Scratch()
    for (path, isFine) in [
      ("Examples/a.yaml", true), ("Tests/deep/a.yaml", true), ("prod/a.yaml", false),
      ("Examples.yaml", false),
    ] {
      try scratch.write("", to: path)
      #expect(DemoKeys.areFine(for: scratch.path(path)) == isFine, "\(path)")
    }
  }

  @Test func theDemoKeysAreKnown() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Keys/demo").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files.count >= 4)
    let listing = try KeyListing.keys(
      in: files.map { folder.appending(path: $0).path },
      passphrases: PassphraseSource(file: nil, mayAsk: false))
    #expect(listing.keys.count == files.count)
    for key in listing.keys { #expect(key.isDemo, "\(key.origin)") }
  }

  @Test func versionsInGitHead() throws {
    let scratch = try Scratch()
    func git(_ arguments: String...) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["git", "-C", scratch.url.path] + arguments
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    try git("init", "-q", ".")
    let contents = [
      "a b.yaml": "one\ntwo", "deep/é.yaml": "", "crlf.yaml": "x\r\n\n", "nul": "\0\n",
    ]
    for (name, text) in contents { try scratch.write(text, to: name) }
    try git("add", "-A")
    try git(
      "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "x")
    for name in contents.keys { try scratch.write("changed", to: name) }
    let head = GitHead(limit: 1 << 20)
    for _ in 0..<2 {
      for (name, text) in contents {
        #expect(committed(scratch.path(name), in: head) == text, "\(name)")
      }
      #expect(committed(scratch.path("none.yaml"), in: head) == nil)
    }
    #expect(committed(scratch.path("a b.yaml"), in: GitHead(limit: 3)) == nil)
    #expect(committed("/dev/null", in: GitHead(limit: 1 << 20)) == nil)
  }

  private func committed(_ path: String, in head: GitHead) -> String? {
    guard let buffer = head.contents(of: path) else { return nil }
    let span = buffer.bytes
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
