import CryptoCore
import Envelope
import FuzzSupport
import SecretScan

/// Looks into arbitrary bytes as a file of every kind, and as a piece of a large one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    var scanner = FileScanner()
    let result = scanner.scan(bytes, name: "a.yaml")
    ScanChecks.check(result, bytes)
    ScanChecks.check(scanner.scan(bytes, name: "a.md"), bytes)
    ScanChecks.check(scanner.scan(bytes, name: "a"), bytes)
    ScanChecks.check(scanner.scan(bytes, name: "a.yaml", isPiece: true), bytes)
    ScanChecks.checkPlaintext(bytes, result)
  }
}

/// What must hold of every result.
enum ScanChecks {
  static func check(_ result: ScanResult, _ bytes: Span<UInt8>) {
    let lineCount = 1 + bytes.array.count { $0 == 0x0a || $0 == 0x0d }
    for finding in result.findings {
      if let position = finding.position {
        // A text in UTF-16 is counted as such.
        if position.line < 1 || position.column < 1 || position.line > lineCount + bytes.count {
          finding_("a place that is not there: \(position)")
        }
      }
      if finding.message.utf8.contains(where: { $0 < 0x20 }) { finding_("a control character") }
    }
  }

  /// What the inspector of envelopes takes for a Secret with a value in plaintext is found.
  static func checkPlaintext(_ bytes: Span<UInt8>, _ result: ScanResult) {
    guard let units = try? ManifestInspector.inspect(bytes), result.findings.isEmpty else { return }
    let isBeside = units.contains { unit in
      unit.isSealed && unit.entries.contains { $0.state == .plaintext }
    }
    if isBeside { finding_("plaintext beside ciphertext was passed over") }
  }

  private static func finding_(_ text: String) -> Never { FuzzSupport.finding(text) }
}
