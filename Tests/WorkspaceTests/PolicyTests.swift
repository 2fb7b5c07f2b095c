import Envelope
import Foundation
import Platform
import Testing
import YAMLSource

@testable import Workspace

/// `.sealwax.yaml` (docs/policy.md).
struct PolicyTests {
  /// Wrong policies: the text, the place, and a part of what is said.
  static let wrong: [(text: String, line: Int, column: Int, message: String)] = [
    ("rules: []\n", 1, 1, "version: 1"),
    ("version: 2\nrules: []\n", 1, 1, "version: 1"),
    ("version: 1\n", 1, 1, "no rules"),
    ("version: 1\nrule: []\n", 2, 1, "unknown key 'rule'"),
    ("version: 1\nversion: 1\n", 2, 1, "stands twice"),
    ("version: 1\nrules: x\n", 2, 8, "rules is a list"),
    ("version: 1\nrules:\n- x\n", 3, 3, "a rule is a mapping"),
    ("version: 1\nrules:\n- paths: [a]\n", 3, 3, "needs recipients"),
    ("version: 1\nrules:\n- recipients: [a]\n", 3, 3, "needs paths"),
    ("version: 1\nrules:\n- paths: [/a]\n  recipients: [a]\n", 3, 11, "relative"),
    ("version: 1\nrules:\n- paths: [../a]\n  recipients: [a]\n", 3, 11, "relative"),
    ("version: 1\nrules:\n- paths: ['[a']\n  recipients: [a]\n", 3, 11, "not a pattern"),
    ("version: 1\nrules:\n- {paths: [a], recipients: [a], cipher: aes}\n", 3, 41, "aes-256-gcm"),
    ("version: 1\nrules:\n- {paths: [a], recipients: [a], scope: any}\n", 3, 40, "strict"),
    ("version: 1\nrules:\n- paths: [a]\n  recipient: [a]\n", 4, 3, "unknown key 'recipient'"),
    ("version: [1\n", 2, 1, "flow sequence"),
    ("version: 1\nrules:\n- paths: [a]\n  recipients: [[a]]\n", 4, 16, "a text"),
  ]

  @Test(arguments: wrong.indices) func wrongPoliciesAreRefusedWithTheirPlace(_ index: Int) throws {
    let row = Self.wrong[index]
    let scratch = try Scratch()
    try scratch.write(row.text, to: Policy.fileName)
    do {
      _ = try PolicyFinder().policy(forFile: scratch.path("a.yaml"))
      Issue.record("it was accepted: \(row.text)")
    } catch {
      #expect(error.kind == .configuration)
      #expect(error.path?.hasSuffix(Policy.fileName) == true)
      #expect(error.position?.line == row.line && error.position?.column == row.column, "\(error)")
      #expect(error.message.contains(row.message), "\(error.message)")
    }
  }

  @Test func theFirstMatchingRuleCounts() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      version: 1
      ignore: ["examples/**"]
      rules:
        - {paths: ["prod/**/*.yaml"], recipients: [a], cipher: secretbox, scope: cluster}
        - {paths: ["**/*.yaml", "top.json"], recipients: [b], kek-files: [x.kek]}
      """, to: Policy.fileName)
    let finder = PolicyFinder()
    try FileManager.default.createDirectory(
      atPath: scratch.path("prod/deep"), withIntermediateDirectories: true)
    let policy = try #require(try finder.policy(forFile: scratch.path("prod/deep/x.yaml")))
    let rows: [(path: String, recipient: String?)] = [
      ("prod/x.yaml", "a"), ("prod/deep/er/x.yaml", "a"), ("dev/x.yaml", "b"), ("x.yaml", "b"),
      ("top.json", "b"), ("sub/top.json", nil), ("prod/x.json", nil),
    ]
    // What is missing will be a folder, out of which `..` leads back.
    for way in ["", "new/../", "new/deep/../../", "prod/new/../../", "new/./../"] {
      let path = scratch.path(way + "prod/er/x.yaml")
      #expect(policy.relativePath(of: path) == "prod/er/x.yaml")
    }
    for row in rows {
      let relative = try #require(policy.relativePath(of: scratch.path(row.path)))
      #expect(relative == row.path)
      #expect(policy.rule(for: relative)?.recipients.first?.text == row.recipient, "\(row.path)")
    }
    #expect(policy.rule(for: "prod/x.yaml")?.cipher == .secretbox)
    #expect(policy.rule(for: "prod/x.yaml")?.scope == .cluster)
    #expect(policy.ignores("examples/a/b.yaml") && !policy.ignores("other/examples/b.yaml"))
    #expect(policy.relativePath(of: "/elsewhere/x.yaml") == nil)
  }

  @Test func theFileBehindALinkCounts() throws {
    let scratch = try Scratch()
    for folder in ["one", "two"] {
      try scratch.write(
        "version: 1\nrules:\n- {paths: [\"*\"], recipients: [\(folder)]}\n",
        to: "\(folder)/\(Policy.fileName)")
      try scratch.write("a: 1\n", to: "\(folder)/file.yaml")
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("one/link.yaml"), withDestinationPath: "../two/file.yaml")
    let finder = PolicyFinder()
    // The folder is known after the first file; a link in it, and what is yet to be made, are not.
    let rows = [
      ("file.yaml", "one"), ("link.yaml", "two"), ("new.yaml", "one"), ("file.yaml", "one"),
    ]
    for (name, recipient) in rows {
      let policy = try finder.policy(forFile: scratch.path("one/\(name)"))
      #expect(policy?.rules.first?.recipients.first?.text == recipient, "\(name)")
    }
  }

  @Test func aPolicyOfAnotherUserIsRefused() throws {
    let scratch = try Scratch()
    try scratch.write(
      "version: 1\nrules:\n- {paths: [a], recipients: [b]}\n", to: Policy.fileName)
    let path = scratch.path(Policy.fileName)
    #expect(try PolicyFinder().policy(inOrAbove: scratch.url.path) != nil)
    // Only root can give a file away.
    guard geteuid() == 0 else { return }
    #expect(chown(path, 65534, 65534) == 0)
    let error = #expect(throws: WorkspaceError.self) {
      try PolicyFinder().policy(inOrAbove: scratch.url.path)
    }
    #expect(error?.kind == .configuration && error?.message.contains("another user") == true)
    #expect(chown(path, 0, 0) == 0)
    try FileManager.default.moveItem(atPath: path, toPath: scratch.path("real"))
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "real")
    #expect(lchown(path, 65534, 65534) == 0)
    #expect(throws: WorkspaceError.self) {
      try PolicyFinder().policy(inOrAbove: scratch.url.path)
    }
  }

  @Test func pathsWithCombiningMarksStayInTheFolder() throws {
    let scratch = try Scratch()
    try scratch.write(
      "version: 1\nrules:\n- {paths: [\"/\u{301}x\"], recipients: [b]}\n", to: Policy.fileName)
    #expect(throws: WorkspaceError.self) {
      try PolicyFinder().policy(inOrAbove: scratch.url.path)
    }
  }

  @Test func aPolicyIsNotLookedForBeyondTheRepository() throws {
    let scratch = try Scratch()
    try scratch.write("not a policy", to: Policy.fileName)
    try scratch.write("", to: "repository/.git/HEAD")
    #expect(try PolicyFinder().policy(forFile: scratch.path("repository/a.yaml")) == nil)
    #expect(throws: WorkspaceError.self) {
      try PolicyFinder().policy(forFile: scratch.path("other/a.yaml"))
    }
  }

  @Test func whatInitWritesIsAPolicy() throws {
    let scratch = try Scratch()
    let odd = "a \"quoted\" \\ path/**"
    try scratch.write(
      PolicyTemplate.text(
        paths: ["**/*.yaml", odd], recipients: ["me"], cipher: "secretbox", scope: "namespace"),
      to: Policy.fileName)
    let policy = try #require(try PolicyFinder().policy(inOrAbove: scratch.url.path))
    #expect(policy.rules.count == 1 && policy.rules[0].scope == .namespace)
    #expect(policy.rules[0].paths.map(\.description) == ["**/*.yaml", odd])
  }
}
