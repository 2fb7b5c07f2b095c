internal import Platform

/// JUnit's XML, a test case for each file and finding.
public enum FindingsJUnit {
  /// The whole text.
  ///
  /// - Parameter check: What a file without findings has passed: `at-rest`.
  public static func text(_ findings: [Finding], files: [String], check: String) -> String {
    var cases: [String] = []
    for file in files {
      let own = findings.filter { $0.file == file }
      if own.isEmpty {
        cases.append("    <testcase classname=\"\(escaped(file))\" name=\"\(check)\"/>")
      }
      for finding in own {
        let place = finding.line.map { ":\($0):\(finding.column ?? 1)" } ?? ""
        cases.append(
          "    <testcase classname=\"\(escaped(file))\" name=\"\(finding.rule.id)\">\n"
            + "      <failure type=\"\(finding.rule.severity.rawValue)\" message=\""
            + "\(escaped(finding.message))\">\(escaped(file + place)): "
            + "\(escaped(finding.rule.fix))</failure>\n    </testcase>")
      }
    }
    let failures = findings.count { finding in files.contains { $0 == finding.file } }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="sealwax" tests="\(cases.count)" failures="\(failures)">
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
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
