import Foundation
import TestSupport
import Testing

/// The program as a user sees it, in `Tests/Transcripts`.
struct TranscriptTests {
  static let folder = Fixtures.repository.appending(path: "Tests/Transcripts")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".transcript") }.sorted()
  }()

  @Test func transcriptsAreFound() { #expect(Self.names.count >= 8) }

  @Test(arguments: names) func transcript(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let transcript = Transcript(text)
    try #require(!transcript.steps.isEmpty)
    let scratch = try ScratchFolder()
    for step in transcript.steps {
      let run = try ProgramRun(shell: step.command, in: scratch.url)
      let output = ProgramRun.lines(run.output), errors = ProgramRun.lines(run.errors)
      let asExpected =
        run.status == step.status && Transcript.matches(output, step.output)
        && Transcript.matches(errors, step.errors)
      #expect(
        asExpected,
        """
        \(name):\(step.line): $ \(step.command)
        status \(run.status), expected \(step.status)
        --- standard output
        \(output.joined(separator: "\n"))
        --- standard error
        \(errors.joined(separator: "\n"))
        """)
      guard asExpected else { return }
    }
  }
}
