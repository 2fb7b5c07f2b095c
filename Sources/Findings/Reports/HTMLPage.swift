internal import Platform

/// A page that needs no other file: no script, no font, nothing from the network.
///
/// Texts are escaped by `escaped`; what is put into the page as markup is the caller's.
public enum HTMLPage {
  /// The whole page.
  ///
  /// - Parameters:
  ///   - title: Its title, as text.
  ///   - body: What is in it, as markup.
  public static func text(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(escaped(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <h1>\(escaped(title))</h1>
    \(body)
    </body>
    </html>

    """
  }

  /// A text as it may stand in markup and in quoted attributes; control characters are replaced, and
  /// so are those that turn the direction of text.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.isShowable: result.unicodeScalars.append(scalar)
      default: result += "\u{fffd}"
      }
    }
    return result
  }

  /// A table of texts.
  ///
  /// - Parameter classes: The class of each row, as markup has it; empty for none.
  public static func table(
    head: [String], rows: [(classes: String, cells: [String])]
  ) -> String {
    let heading = head.map { "<th>\(escaped($0))</th>" }.joined()
    let lines = rows.map { row in
      let attribute = row.classes.isEmpty ? "" : " class=\"\(escaped(row.classes))\""
      return "<tr\(attribute)>" + row.cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }
    return "<table>\n<thead><tr>\(heading)</tr></thead>\n<tbody>\n"
      + lines.joined(separator: "\n") + "\n</tbody>\n</table>"
  }

  /// Findings, the worst first.
  public static func findings(_ findings: [Finding]) -> String {
    let ordered = findings.enumerated().sorted { left, right in
      left.element.rule.severity != right.element.rule.severity
        ? left.element.rule.severity > right.element.rule.severity : left.offset < right.offset
    }
    let rows = ordered.map { _, finding in
      let place = finding.file.map { file in
        finding.line.map { "\(file):\($0)" } ?? file
      }
      return (
        classes: finding.rule.severity.rawValue,
        cells: [
          finding.rule.severity.rawValue, finding.rule.title, finding.message, place ?? "",
          finding.rule.fix, finding.rule.controls.map(\.label).joined(separator: ", "),
        ]
      )
    }
    return table(
      head: ["severity", "finding", "what", "where", "what to do", "controls"], rows: rows)
  }

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem;
      padding: 0 1rem; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
    table { border-collapse: collapse; width: 100%; font-size: 0.85rem; }
    th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem;
      border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
    .critical td:first-child, .high td:first-child, .bad { color: #c62828; font-weight: 600; }
    .medium td:first-child, .soon { color: #b26a00; font-weight: 600; }
    .fine { color: #2e7d32; }
    svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
    """
}
