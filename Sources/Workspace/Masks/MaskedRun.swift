internal import CryptoCore
internal import Platform

/// Runs a program whose outputs go through a filter.
enum MaskedRun {
  /// Runs it to its end and returns its status as a shell gives it.
  static func run(
    _ program: ChildProgram, _ environment: consuming ChildEnvironment,
    masking automaton: ValueAutomaton
  ) throws(WorkspaceError) -> Int32 {
    var output = MaskingFilter(automaton)
    var errors = MaskingFilter(automaton)
    do throws(PlatformError) {
      let status = try ChildProcess.relayInForeground(program, environment: environment) {
        (stream, bytes) throws(PlatformError) in
        var text = WipedBuffer()
        switch stream {
        case .output: output.pass(bytes, to: &text)
        case .errors: errors.pass(bytes, to: &text)
        }
        try Files.write(text.bytes, to: stream)
      }
      var rest = WipedBuffer()
      output.finish(to: &rest)
      try writeRest(rest.bytes, to: .output)
      rest.removeAll()
      errors.finish(to: &rest)
      try writeRest(rest.bytes, to: .errors)
      return status.shellStatus
    } catch { throw WorkspaceError(reading: error) }
  }

  /// A reader that went away took the program's end as its own.
  private static func writeRest(
    _ bytes: Span<UInt8>, to stream: OutputStream
  ) throws(PlatformError) {
    do throws(PlatformError) { try Files.write(bytes, to: stream) } catch {
      guard error.code == .brokenPipe else { throw error }
    }
  }
}
