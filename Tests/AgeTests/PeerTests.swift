import CryptoCore
import Foundation
import Testing

@testable import Age

/// Both ways with the age and ssh-keygen of the machine.
@Suite struct PeerTests {
  static let sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073]
  static let paths = [DecryptionPath.whole, .files, .stream(8191)]

  @Test func nativeRecipientsBothWays() throws {
    guard try AgePeer.isThere() else { return }
    let scratch = try Scratch()
    let theirs = try Shell.run("age-keygen")
    try scratch.write(theirs, to: "theirs")
    let parsed = try parseIdentities(theirs)
    let theirText = try #require(parsed.first?.recipientText)
    let printed = String(decoding: theirs, as: UTF8.self)
    #expect(printed.contains("# public key: \(theirText)\n"))

    let ours = try X25519Identity.generate()
    var text = WipedBuffer()
    ours.serialize(appendingTo: &text)
    try scratch.write(Array(copying: text.bytes) + [10], to: "ours")
    let ourText = String(
      decoding: try Shell.run("age-keygen", "-y", scratch("ours")), as: UTF8.self)
    #expect(ourText == ours.recipientText + "\n")

    for size in Self.sizes + [5_000_000] {
      let plaintext = sampleBytes(size)
      try scratch.write(plaintext, to: "plain")
      for armor in [[], ["-a"]] {
        let file = try Shell.run(
          "sh", "-c", "age \(armor.joined()) -r \(theirText) -r \(ours.recipientText) < \"$0\"",
          scratch("plain"))
        for path in size > 1 << 20 ? [.files] : Self.paths {
          #expect(try path.decrypt(file, [ours]).bytes == plaintext)
          #expect(try path.decrypt(file, parsed.map(\.identity)).bytes == plaintext)
          let made = try path.encrypt(
            plaintext, [ours.recipient, try RecipientParser.parse(theirText)],
            isArmored: !armor.isEmpty)
          for key in ["ours", "theirs"] {
            let opened = try Shell.run("age", "-d", "-i", scratch(key), input: made)
            #expect(opened == plaintext)
          }
        }
      }
    }
  }

  @Test func passphrasesBothWays() throws {
    guard try AgePeer.isThere() else { return }
    let scratch = try Scratch()
    let plaintext = sampleBytes(100_000)
    let passphrase = "correct-horse-battery"
    try scratch.write(plaintext, to: "plain")
    try AgePeer.runOnTerminal(
      passphrase, ["-p", "-o", scratch("theirs"), scratch("plain")])
    let identity = ScryptIdentity(passphrase: try secretBytes(passphrase))
    let outcome = try DecryptionPath.files.decrypt(try scratch.read("theirs"), [identity])
    #expect(outcome.bytes == plaintext)

    let recipient = try ScryptRecipient(
      passphrase: try secretBytes(passphrase), workFactor: 12)
    for isArmored in [false, true] {
      let made = try DecryptionPath.stream(1000).encrypt(
        plaintext, [recipient], isArmored: isArmored)
      try scratch.write(made, to: "ours")
      try? FileManager.default.removeItem(atPath: scratch("opened"))
      try AgePeer.runOnTerminal(passphrase, ["-d", "-o", scratch("opened"), scratch("ours")])
      #expect(try scratch.read("opened") == plaintext)
    }
  }

  static let sshKeys: [[String]] = [
    ["-t", "ed25519", "-N", ""], ["-t", "ed25519", "-N", "throwaway"],
    ["-t", "ed25519", "-N", "throwaway", "-Z", "aes256-cbc", "-a", "3"],
    ["-t", "rsa", "-b", "2048", "-N", ""], ["-t", "rsa", "-b", "3072", "-N", "throwaway"],
    ["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""],
    ["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "throwaway"],
    ["-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", ""],
    ["-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", "throwaway"],
  ]

  @Test(arguments: sshKeys)
  func sshKeysBothWays(_ options: [String]) throws {
    guard try AgePeer.isThere() else { return }
    let scratch = try Scratch()
    let quoted = options.map { "'\($0)'" }.joined(separator: " ")
    try Shell.run("sh", "-c", "ssh-keygen -q -C 'a test key' \(quoted) -f \"$0\"", scratch("key"))
    let publicLine = String(decoding: try scratch.read("key.pub"), as: UTF8.self)
    let plaintext = sampleBytes(70_000)
    let parsed = try parseIdentities(scratch.read("key"), passphrase: "throwaway")
    let identity = try #require(parsed.first)
    let recipient = try SSHRecipient(publicLine)
    // The public key of an encrypted PEM key is not known before it is opened.
    if let text = identity.recipientText { #expect(text == recipient.text) }
    #expect(publicLine.hasPrefix(recipient.text + " "))

    let theirs = try Shell.run("age", "-R", scratch("key.pub"), input: plaintext)
    for path in Self.paths {
      let outcome = try path.decrypt(theirs, [identity.identity])
      #expect(outcome.error == nil && outcome.bytes == plaintext)
    }
    let ours = try DecryptionPath.whole.encrypt(plaintext, [recipient])
    #expect(try DecryptionPath.whole.decrypt(ours, [identity.identity]).bytes == plaintext)
    guard options.contains("") else { return }
    #expect(try Shell.run("age", "-d", "-i", scratch("key"), input: ours) == plaintext)
  }

  @Test(arguments: sshKeys.filter { $0.contains("throwaway") })
  func wrongPassphrasesOfSSHKeysAreRefused(_ options: [String]) throws {
    guard try AgePeer.isThere() else { return }
    let scratch = try Scratch()
    let quoted = options.map { "'\($0)'" }.joined(separator: " ")
    try Shell.run("sh", "-c", "ssh-keygen -q \(quoted) -f \"$0\"", scratch("key"))
    let recipient = try SSHRecipient(String(decoding: try scratch.read("key.pub"), as: UTF8.self))
    let file = try DecryptionPath.whole.encrypt([1], [recipient])
    for wrong in ["", "throwawaY"] {
      let parsed = try parseIdentities(scratch.read("key"), passphrase: wrong)
      let outcome = try DecryptionPath.whole.decrypt(file, parsed.map(\.identity))
      #expect(outcome.error?.code == .wrongPassphrase)
    }
  }
}
