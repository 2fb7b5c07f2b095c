import EncryptionAtRest
import Foundation
import TestSupport
import Testing

/// 391 files that the real kube-apiserver's loader judged: the same verdict, fields and kinds.
@Suite struct VerdictTests {
  struct Row: Decodable {
    struct Problem: Decodable, Equatable {
      let stage: String
      let type: String?
      let field: String?
      let text: String?

      static func == (left: Problem, right: Problem) -> Bool {
        left.stage == right.stage && left.type == right.type && left.field == right.field
      }
    }

    let file: String
    let load_error: String?
    let accepted: Bool
    let errors: [Problem]
    let accepted_reload: Bool
    let errors_reload: [Problem]
    let accepted_kmsv1: Bool
    let errors_kmsv1: [Problem]
    let accepted_kmsv1_reload: Bool
    let errors_kmsv1_reload: [Problem]
  }

  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-configurations-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let archive = Fixtures.own.appending(path: "encryption-configuration/files.tar.xz").path
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-xJf", archive, "-C", folder.path]
    try? tar.run()
    tar.waitUntilExit()
    return folder.appending(path: "encryption-configuration")
  }()

  @Test func agreesWithTheAPIServer() throws {
    let lines = try String(
      contentsOf: Self.folder.appending(path: "verdicts.jsonl"), encoding: .utf8
    ).split(separator: "\n")
    #expect(lines.count == 391)
    var exactTexts = 0
    var texts = 0
    var exactMessages = 0
    for line in lines {
      let row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
      let bytes = Array(try Data(contentsOf: Self.folder.appending(path: row.file)))
      let expectations = [
        (false, false, row.accepted, row.errors),
        (true, false, row.accepted_reload, row.errors_reload),
        (false, true, row.accepted_kmsv1, row.errors_kmsv1),
        (true, true, row.accepted_kmsv1_reload, row.errors_kmsv1_reload),
      ]
      for (isReloaded, allowsKMSv1, isAccepted, errors) in expectations {
        var options = ConfigurationVerdict.Options()
        options.isReloaded = isReloaded
        options.allowsKMSv1 = allowsKMSv1
        let verdict = ConfigurationVerdict.judge(bytes.span, options)
        #expect(verdict.isAccepted == isAccepted, "\(row.file): \(verdict.problems)")
        if !isReloaded, !allowsKMSv1, let text = row.load_error,
          verdict.upstreamMessage(file: row.file) == text
        {
          exactMessages += 1
        }
        guard !isAccepted else { continue }
        let found = verdict.problems.map { problem in
          Row.Problem(
            stage: problem.stage.rawValue, type: problem.kind?.rawValue, field: problem.field,
            text: problem.upstream)
        }
        // Of a file that cannot be decoded, one reason is as good as several.
        let isDecoded = errors.first?.stage == "validate" || errors.first?.stage == "transform"
        #expect(isDecoded ? found == errors : found.first == errors.first, "\(row.file): \(found)")
        guard isDecoded else { continue }
        texts += errors.count
        exactTexts += zip(found, errors).count { $0.text == $1.text }
      }
    }
    #expect(exactMessages >= 215, "\(exactMessages)")
    // What quotes a whole provider has its keys taken out.
    #expect(texts > 400 && exactTexts >= texts - 120, "\(exactTexts) of \(texts)")
  }
}
