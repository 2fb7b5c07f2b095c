internal import CryptoCore
internal import EncryptionAtRest
internal import Findings
internal import Platform
internal import Workspace
internal import YAMLSource

/// Configurations and what the API server makes of them.
enum CheckedFiles {
  /// One file.
  struct File {
    let path: String
    /// Nil when it could not be read.
    var verdict: ConfigurationVerdict?
    var identity: FileIdentity?
    var error: WorkspaceError?

    /// What is bad about it.
    func findings() -> [Finding] {
      guard let verdict else { return [] }
      var findings = verdict.problems.map { problem in
        Finding(
          AtRestRules.rejected,
          problem.field.map { "\($0): \(problem.message)" } ?? problem.message, file: path,
          line: problem.position.line, column: problem.position.column)
      }
      findings += verdict.problems.filter(\.leaksKeys).prefix(1).map { problem in
        Finding(
          AtRestRules.leaksKeys, "the API server's message for this quotes what is in the file",
          file: path, line: problem.position.line, column: problem.position.column)
      }
      if let configuration = verdict.configuration {
        // Of a file that is refused, what the API server says is enough to begin with.
        if verdict.isAccepted {
          findings += ConfigurationLint.findings(in: configuration, file: path)
        }
        if let identity, identity.permissions & 0o077 != 0, configuration.hasKeys {
          let mode = String(identity.permissions, radix: 8)
          findings.append(Finding(AtRestRules.fileMode, "its mode is \(mode)", file: path))
        }
        if let identity, !identity.isOwnedByUserOrRoot, configuration.hasKeys {
          findings.append(
            Finding(AtRestRules.fileOwner, "its owner is the user \(identity.owner)", file: path))
        }
      }
      return findings
    }
  }

  /// The largest file, in bytes.
  private static let maximumByteCount = 16 << 20

  /// Reads and judges the files, on all cores.
  static func read(_ paths: InputPaths, options: ConfigurationVerdict.Options) -> [File] {
    var inputs: [(path: String, isNamed: Bool)] = []
    var problems: [File] = []
    paths.forEach { finding in
      switch finding {
      case .item(let item): inputs.append((item.path, item.isNamed))
      case .problem(let error): problems.append(File(path: error.path ?? "", error: error))
      case .skipped, .leftover: break
      }
      return true
    }
    let found = ParallelResults.map(inputs) { input in
      judge(input.path, isNamed: input.isNamed, options)
    }
    return found.compactMap(\.self) + problems
  }

  private static func judge(
    _ path: String, isNamed: Bool, _ options: ConfigurationVerdict.Options
  ) -> File? {
    do throws(PlatformError) {
      if path == "-" {
        let text = try Files.readStandardInput(limit: maximumByteCount)
        return File(path: path, verdict: ConfigurationVerdict.judge(text.bytes, options))
      }
      let file = try Files.read(path, limit: maximumByteCount)
      let bytes = file.bytes.bytes
      guard isNamed || mentionsConfiguration(bytes) else { return nil }
      return File(
        path: path, verdict: ConfigurationVerdict.judge(bytes, options), identity: file.identity)
    } catch {
      return File(path: path, error: WorkspaceError(reading: error).at(path))
    }
  }

  private static let word = Array("EncryptionConfig".utf8)

  private static func mentionsConfiguration(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= word.count else { return false }
    for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
      if word.indices.allSatisfy({ bytes[start + $0] == word[$0] }) { return true }
    }
    return false
  }
}
