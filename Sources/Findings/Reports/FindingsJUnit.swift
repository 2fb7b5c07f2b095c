internal import Platform

/// JUnit's XML, a test case for each file and finding.
public enum FindingsJUnit {
  /// The whole text.
  ///
  /// - Parameter check: What a file without findings has passed: `at-rest`.
  public static func text(_ findings: [Finding], files: [String], check: String) -> String {
    var cases: [String] = []
    let byFile = Dictionary(grouping: findings) { $0.file.map(PathKey.init) }
    for file in files {
      let own = byFile[PathKey(file)] ?? []
      if own.isEmpty {
        cases.append("    <testcase classname=\"\(escaped(file))\" name=\"\(check)\"/>")
      }
      cases += own.map { testCase($0, of: file) }
    }
    // What is in no file, such as the message of a commit.
    cases += (byFile[nil] ?? []).map { testCase($0, of: check) }
    let known = Set(files.map { Optional(PathKey($0)) } + [nil])
    let own = byFile.filter { known.contains($0.key) }.values.joined()
    let skipped = own.count { $0.suppression != nil }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="sealwax" tests="\(cases.count)" failures="\(own.count - skipped)" skipped="\(skipped)">
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private static func testCase(_ finding: Finding, of name: String) -> String {
    let place = finding.line.map { ":\($0):\(finding.column ?? 1)" } ?? ""
    return "    <testcase classname=\"\(escaped(name))\" name=\"\(finding.rule.id)\">\n"
      + "      \(outcome(finding, place: escaped(name + place)))\n    </testcase>"
  }

  private static func outcome(_ finding: Finding, place: String) -> String {
    if let suppression = finding.suppression {
      let reason = "until \(suppression.expires): \(suppression.reason)"
      return "<skipped message=\"\(escaped(finding.message)); suppressed \(escaped(reason))\"/>"
    }
    return "<failure type=\"\(finding.rule.severity.rawValue)\" message=\""
      + "\(escaped(finding.message))\">\(place): \(escaped(finding.rule.fix))</failure>"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where !scalar.isShowable: result += "&#xfffd;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
