import Testing

@testable import SealwaxCommands

@Suite struct CommandLineTests {
  /// As Swift gives it where /proc cannot be read.
  @Test func noCommandLineIsNoSuccess() { #expect(SealwaxProgram.run(commandLine: []) == 70) }
}
