internal import CryptoCore
internal import Platform
internal import SOPSFormat

/// OpenPGP keys, which GnuPG has.
struct OpenPGPKeys: SOPSKeyBackend {
  private let agent = GnuPG()

  var kinds: [SOPSBackend] { [.openPGP] }

  var unwrappers: [any SOPSKeyUnwrapper] { [SOPSOpenPGPUnwrapper(agent)] }

  func wrapper(for name: SOPSRecipientName) throws(SOPSError) -> any SOPSKeyWrapper {
    SOPSOpenPGPWrapper(name.name, agent: agent)
  }
}

/// GnuPG's program, which is spoken to through pipes only.
struct GnuPG: OpenPGPAgent {
  /// A data key and what stands around it is far smaller.
  private static let maximumByteCount = 1 << 20

  /// The program: SOPS's variable names another one.
  private var program: String {
    let named = Environment.value("SOPS_GPG_EXEC") ?? ""
    return named.isEmpty ? "gpg" : named
  }

  func decrypt(
    _ message: [UInt8], in arena: SecretArena?
  ) throws(OpenPGPFailure) -> SecretBytes? {
    let result = try run(["--decrypt"], input: message.span)
    let report = Report(result.errors.bytes)
    // The status alone says nothing about integrity in every version.
    guard result.status.isSuccess, report.has("DECRYPTION_OKAY"), result.output.count > 0 else {
      if report.has("NO_SECKEY"), !report.has("DECRYPTION_KEY") { return nil }
      throw OpenPGPFailure(report.reason ?? "\(program) failed")
    }
    do { return try SecretBytes(copying: result.output.bytes, in: arena) } catch {
      throw OpenPGPFailure("no memory for a key")
    }
  }

  func encrypt(
    _ plaintext: Span<UInt8>, for fingerprint: String
  ) throws(OpenPGPFailure) -> [UInt8] {
    guard GnuPG.isFingerprint(fingerprint) else {
      throw OpenPGPFailure("a key is named by its fingerprint in hexadecimal digits")
    }
    // The fingerprint says which key is meant: nobody needs to have signed it.
    let result = try run(
      [
        "--trust-model", "always", "--no-default-recipient", "--no-encrypt-to", "--armor",
        "--recipient", fingerprint, "--encrypt",
      ], input: plaintext)
    guard result.status.isSuccess, result.output.count > 0 else {
      throw OpenPGPFailure(Report(result.errors.bytes).reason ?? "\(program) failed")
    }
    return [UInt8](copying: result.output.bytes)
  }

  /// Hexadecimal digits, with `!` behind them when exactly this subkey is meant.
  private static func isFingerprint(_ text: String) -> Bool {
    var digits = text[...]
    if digits.hasPrefix("0x") { digits = digits.dropFirst(2) }
    if digits.hasSuffix("!") { digits = digits.dropLast() }
    return (8...64).contains(digits.utf8.count) && digits.allSatisfy(\.isHexDigit)
  }

  private func run(
    _ arguments: [String], input: Span<UInt8>
  ) throws(OpenPGPFailure) -> ChildResult {
    do throws(PlatformError) {
      return try ChildProcess.run(
        ChildProgram(program, arguments: ["--quiet", "--batch", "--status-fd", "2"] + arguments),
        input: input, limit: GnuPG.maximumByteCount)
    } catch {
      guard error.code == .notFound else { throw OpenPGPFailure(error.description) }
      throw OpenPGPFailure("there is no \(program): install GnuPG, or name it in SOPS_GPG_EXEC")
    }
  }

  /// What gpg says on standard error: lines for people, and for programs those that begin with
  /// `[GNUPG:]` (doc/DETAILS of GnuPG).
  private struct Report {
    private let lines: [Substring]

    init(_ text: Span<UInt8>) {
      lines = String(decoding: [UInt8](copying: text), as: UTF8.self).split(separator: "\n")
    }

    func has(_ keyword: String) -> Bool {
      lines.contains { $0 == "[GNUPG:] \(keyword)" || $0.hasPrefix("[GNUPG:] \(keyword) ") }
    }

    /// The last thing said to people.
    var reason: String? {
      guard let line = lines.last(where: { !$0.hasPrefix("[GNUPG:]") }) else { return nil }
      return String(line)
    }
  }
}
