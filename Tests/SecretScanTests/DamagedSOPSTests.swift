import Testing

/// Files of SOPS that nobody can read: what was typed into them must not pass.
@Suite struct DamagedSOPSTests {
  private static let value =
    "ENC[AES256_GCM,data:aXw=,iv:XRsdbpTL9D1rwhiCBefIHZ+xphFceRRBczE6smh4abE=,"
    + "tag:P5bLt+8b5//2WShCYMs77A==,type:str]"
  private static let dotenv = "A=\(value)\nsops_mac=\(value)\n"
  private static let ini = "[a]\nA = \(value)\n\n[sops]\nmac = \(value)\n"
  private static let yaml = "a: \(value)\nsops:\n    mac: \(value)\n"
  private static let json =
    "{\n\t\"a\": \"\(value)\",\n\t\"sops\": {\n\t\t\"mac\": \"\(value)\"\n\t}\n}\n"
  private static let binary = json.replacing("\"a\"", with: "\"data\"")

  /// A conflict in which somebody typed a value.
  private static func conflict(_ line: String) -> String {
    "<<<<<<< HEAD\n\(line)\n=======\n\(line)x\n>>>>>>> theirs\n"
  }

  @Test(
    arguments: [
      ("z.env", conflict("B=hunter2") + dotenv, "open-conflict 1:1"),
      ("z.env", dotenv + conflict("B=hunter2"), "open-conflict 3:1"),
      ("z.env", "<<<<<<< HEAD\n" + dotenv, "open-conflict 1:1"),
      ("z.env", "B=hunter2\nstray text\n" + dotenv, "unclear-secret 2:1"),
      ("z.env", "stray text\nA=\(value)\n", "unclear-secret 1:1"),
      ("z.ini", ini.replacing("[sops]", with: conflict("B = x") + "[sops]"), "open-conflict 4:1"),
      ("z.ini", "<<<<<<< HEAD\n" + ini, "open-conflict 1:1"),
      ("z.ini", "[a]\nstray text\n" + ini, "unclear-secret 2:1"),
      ("z.yaml", "b: hunter2\n[\n" + yaml, "unclear-secret 3:1"),
      ("z.yaml", conflict("b: hunter2") + yaml, "open-conflict 1:1"),
      // Without their metadata, too.
      ("z.yaml", "b: hunter2\n[\na: \(value)\n", "unclear-secret 3:1"),
      ("z.yaml", "b: hunter2\nb: hunter3\n" + yaml, "unclear-secret 2:1"),
      ("z.json", json + "x\n", "unclear-secret 7:1"),
      ("z.json", conflict("") + json, "open-conflict 1:1"),
      ("z.bin", binary + "x\n", "unclear-secret 7:1"),
      ("z.bin", "<<<<<<< HEAD\n" + binary, "open-conflict 1:1"),
      ("z.bin", "{\n<<<<<<< HEAD\n" + binary.dropFirst(2), "open-conflict 2:1"),
    ])
  func isFound(name: String, text: String, expected: String) {
    #expect(scanned(text, name: name).map { String($0) } == [expected])
  }

  /// Ordinary files in which SOPS is only spoken of, or that nobody can read anyway.
  @Test(
    arguments: [
      ("z.env", "stray text\nA=one\n"), ("z.env", conflict("A=one")),
      ("z.env", "stray text\n# sops_mac=\(value)\nA=one\n"),
      ("z.env", "stray text\nA=see \(value)\n"), ("z.ini", "stray text\n; mac = \(value)\n"),
      ("z.yaml", "a: [\n# sops: {mac: \(value)}\n"), ("z.yaml", "a: [\nb: ENC[AES256_GCM,data:\n"),
      ("z.md", "# SOPS\n\n```yaml\n\(yaml)```\n"), ("z.md", "```json\n\(json)```\n[\n"),
      ("z.py", "TEXT = '''\n\(dotenv)'''\n"), ("z.md", "{: .note}\n\(yaml)"),
      ("z.tpl", "{{ if .x }}\n\(yaml){{ end }}\n"),
    ])
  func passes(name: String, text: String) { #expect(scanned(text, name: name) == []) }
}
