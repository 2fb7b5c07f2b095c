import Findings
import SecretScan
import YAMLSource

/// What a text shows: "RULE LINE:COLUMN" for each finding.
func scanned(_ bytes: [UInt8], name: String = "a.yaml", isPiece: Bool = false) -> [String] {
  var scanner = FileScanner()
  return scanner.scan(bytes.span, name: name, isPiece: isPiece).findings.map { finding in
    let place = finding.position.map { " \($0.line):\($0.column)" } ?? ""
    return finding.rule.id.replacing("git/", with: "") + place
  }
}

func scanned(_ text: String, name: String = "a.yaml", isPiece: Bool = false) -> [String] {
  scanned(Array(text.utf8), name: name, isPiece: isPiece)
}

/// The rules alone.
func rules(_ text: String, name: String = "a.yaml") -> Set<String> {
  Set(scanned(text, name: name).map { String($0.prefix { $0 != " " }) })
}
