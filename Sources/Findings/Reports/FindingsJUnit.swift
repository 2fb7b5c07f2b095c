internal import Platform

/// JUnit's XML, a test case for each file and finding.
public enum FindingsJUnit {
  /// The whole text.
  ///
  /// - Parameters:
  ///   - check: What a file without findings has passed: `at-rest`.
  ///   - threshold: The least severity that is a failure; what is below passes, and says so.
  public static func text(
    _ findings: [Finding], files: [String], check: String, failingOn threshold: Severity
  ) -> String {
    var cases: [String] = []
    let byFile = Dictionary(grouping: findings) { $0.file.map(PathKey.init) }
    for file in files {
      let own = byFile[PathKey(file)] ?? []
      if own.isEmpty {
        cases.append("    <testcase classname=\"\(escaped(file))\" name=\"\(check)\"/>")
      }
      cases += own.map { testCase($0, of: file, threshold) }
    }
    // What is in no file, such as the message of a commit.
    cases += (byFile[nil] ?? []).map { testCase($0, of: check, threshold) }
    let known = Set(files.map { Optional(PathKey($0)) } + [nil])
    let own = byFile.filter { known.contains($0.key) }.values.joined()
    let skipped = own.count { $0.suppression != nil }
    let failures = own.count { $0.suppression == nil && $0.rule.severity >= threshold }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="sealwax" tests="\(cases.count)" failures="\(failures)" skipped="\(skipped)">
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private static func testCase(
    _ finding: Finding, of name: String, _ threshold: Severity
  ) -> String {
    let place = finding.line.map { ":\($0):\(finding.column ?? 1)" } ?? ""
    return "    <testcase classname=\"\(escaped(name))\" name=\"\(finding.rule.id)\">\n"
      + "      \(outcome(finding, place: escaped(name + place), threshold))\n    </testcase>"
  }

  private static func outcome(
    _ finding: Finding, place: String, _ threshold: Severity
  ) -> String {
    if let suppression = finding.suppression {
      let reason = "until \(suppression.expires): \(suppression.reason)"
      return "<skipped message=\"\(escaped(finding.message)); suppressed \(escaped(reason))\"/>"
    }
    guard finding.rule.severity >= threshold else {
      return "<system-out>\(finding.rule.severity.rawValue), below --fail-on: \(place): "
        + "\(escaped(finding.message)); \(escaped(finding.rule.fix))</system-out>"
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
