import ArgumentParser
import Testing

@testable import SealwaxCommands

/// What is read without the parser is what the parser reads.
struct PlainDecryptTests {
  @Test(arguments: [
    "a.yaml", "a.yaml b.yaml", "-q a.yaml", "--quiet a.yaml", "a.yaml -q", "-i key a.yaml",
    "--identity key a.yaml", "a.yaml -i key --identity other b.yaml -q", "-q -q a.yaml",
    "-i a.yaml a.yaml", "é\u{301}.yaml", "a=b", "**/*.yaml", "-I a", "a --in-place -q", "-I -I a",
    "-o b a", "--output b -i key a", "a --output-dir b -q", "-I -o b --output-dir c a",
  ]) func readsWhatTheParserReads(_ line: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    let plain = try #require(PlainDecrypt.command(arguments[...]))
    #expect(described(plain) == described(try DecryptCommand.parse(arguments)))
  }

  @Test(arguments: [
    [], [""], ["-q"], ["-"], ["--", "a"], ["a", "--"], ["-i"], ["a", "-i"], ["-i", "-", "a"],
    ["-i", "", "a"], ["-i", "--quiet", "a"], ["--identity=key", "a"], ["-ikey", "a"], ["-qi", "k"],
    ["-h"], ["--help"], ["a", "-h"], ["--version"], ["a", "--json"], ["-o", "-", "a"],
    ["-ob", "a"],
    ["a", "-o"], ["-o", "b", "-o", "c", "a"], ["--output=b", "a"], ["a", "--output-dir"],
    ["--output-dir", "b", "--output-dir", "c", "a"], ["--output-dir", "", "a"],
    ["--generate-completion-script"], ["--generate-completion-script=bash"], ["---completion"],
  ]) func leavesTheRestToTheParser(_ arguments: [String]) {
    #expect(PlainDecrypt.command(arguments[...]) == nil)
  }

  /// All options with their values; without the groups' titles, which parsing drops.
  private func described(_ command: DecryptCommand) -> String {
    var text = ""
    for child in Mirror(reflecting: command).children {
      print(child.label ?? "", terminator: " ", to: &text)
      dump(Mirror(reflecting: child.value).descendant("_parsedValue"), to: &text)
    }
    return text
  }
}
