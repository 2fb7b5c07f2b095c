internal import ControlPlane
internal import Findings
internal import TransportSecurity
internal import Workspace

/// The matrix for programs.
enum CoverageJSON {
  /// The whole text.
  static func text(_ matrix: CoverageMatrix) -> String {
    let value = JSONValue.object([
      ("nodes", .array(matrix.nodes.map { .string($0) })),
      ("links", .array(matrix.links.map(link))),
      ("differences", .array(matrix.differences.map(difference))),
      ("findings", .array(matrix.findings.map { FindingsJSON.value($0) })),
    ])
    return SecretKeyText.redacted(value.text()) + "\n"
  }

  private static func link(_ link: Link) -> JSONValue {
    .object([
      ("id", .string(link.id)), ("node", .string(link.node)),
      ("client", .string(link.client)), ("server", .string(link.server)),
      ("verdict", .string(link.verdict.rawValue)),
      ("encrypted", cell(link.encrypted)), ("serverVerified", cell(link.serverVerified)),
      ("clientAuthenticated", cell(link.clientAuthenticated)), ("floor", cell(link.floor)),
      ("certificate", cell(link.certificate)),
      ("ends", link.expiry.map { .string(CalendarText.timestamp($0)) } ?? .null),
      ("endsFirst", .optional(link.expiryLabel)),
    ])
  }

  private static func cell(_ cell: LinkCell) -> JSONValue {
    .object([
      ("state", .string(cell.state.rawValue)), ("text", .string(cell.text)),
      ("evidence", .array(cell.evidence.map(evidence))),
    ])
  }

  private static func evidence(_ evidence: LinkEvidence) -> JSONValue {
    .object([
      ("text", .string(evidence.text)), ("file", .optional(evidence.place?.file)),
      ("line", evidence.place.map { .number($0.line) } ?? .null),
      ("column", evidence.place.map { .number($0.column) } ?? .null),
    ])
  }

  private static func difference(_ difference: NodeDifference) -> JSONValue {
    .object([
      ("node", .string(difference.node)), ("subject", .string(difference.subject)),
      ("value", .string(difference.value)), ("others", .string(difference.others)),
    ])
  }
}
