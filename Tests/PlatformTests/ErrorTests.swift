import Platform
import Testing

@Suite struct ErrorTests {
  @Test(arguments: [
    ("plain-name_1.yaml", "plain-name_1.yaml"),
    ("größe 秘密 é", "größe 秘密 é"),
    ("a\nb\r\tc", "a\\nb\\r\\tc"),
    ("\u{1B}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
    ("\u{9B}31m", "\\u{9b}31m"),
    ("it's \\ here", "it\\'s \\\\ here"),
    ("\u{202E}txt.exe\u{2066}\u{200B}", "\\u{202e}txt.exe\\u{2066}\\u{200b}"),
    ("\u{2028}\u{7F}\u{0}", "\\u{2028}\\u{7f}\\u{0}"),
    ("", ""),
  ])
  func escapes(text: String, shown: String) {
    #expect(escapedForTerminal(text) == shown)
  }

  @Test func describes() {
    let missing = #expect(throws: PlatformError.self) { try Files.identity(of: "/no\u{1B}where") }
    #expect(missing?.code == .notFound)
    #expect(missing?.description == "cannot read '/no\\u{1b}where': no such file or directory")
    let own = PlatformError(.changedUnderUs, "write", path: "x")
    #expect(
      own.description == "cannot write 'x': it was changed by another program in the meantime")
    #expect(PlatformError(.noTerminal, "ask").path == nil)
    #expect(own != PlatformError(.locked, "write", path: "x"))
    #expect(own == PlatformError(.changedUnderUs, "read"))
  }
}
