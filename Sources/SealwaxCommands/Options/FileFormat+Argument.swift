public import ArgumentParser
internal import SOPSFormat
public import Workspace

extension FileFormat: ExpressibleByArgument {}

/// How the plaintext of SOPS files is written.
enum PlaintextStyle: String, ExpressibleByArgument, CaseIterable {
  /// The text as it is, with its values replaced.
  case preserve
  /// Laid out anew, as SOPS does.
  case sops

  var output: SOPSOutputStyle { self == .preserve ? .preserved : .sops }
}
