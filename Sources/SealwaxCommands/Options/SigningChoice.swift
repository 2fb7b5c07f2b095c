internal import Envelope
internal import Platform
internal import Workspace
internal import YAMLSource

/// Who signs what is changed, and what becomes of signatures.
enum SigningChoice {
  /// The settings for a change, without a target.
  static func settings(
    _ signWith: String?, _ signers: RequiredSigners, path: String
  ) throws(WorkspaceError) -> SealSettings {
    SealSettings(
      nil, now: .now,
      signer: try signWith.map { file throws(WorkspaceError) in try signer(file, path) },
      trustedSigners: try signers.signers(for: path))
  }

  /// A signing key, with a warning if it is a demo key and the file none that may be sealed for it.
  static func signer(
    _ file: String, _ path: String
  ) throws(WorkspaceError) -> SigningIdentity {
    let signer = try KeyFiles.signingIdentity(file)
    if DemoKeys.contains(signer.verifier.text), !DemoKeys.areFine(for: path) {
      Console.warning(DemoKeys.warning)
    }
    return signer
  }

  /// Tells what was sealed anew, and which signatures went.
  static func report(
    _ units: [UnitOutcome], path: String, isSigned: Bool, isQuiet: Bool = false
  ) {
    for unit in units where unit.action == .resealed || unit.action == .sealed {
      for signer in unit.droppedSigners where !isSigned {
        Console.warning("the signature of \(signer.text) no longer holds and was dropped")
      }
      guard !isQuiet else { continue }
      Console.note(
        "\(escapedForTerminal(path)):\(unit.position.line): \(Console.label(unit.label)): "
          + "\(unit.entryCount - unit.keptCount) of \(Plural.of(unit.entryCount, "value")) "
          + (unit.isFile ? "encrypted anew" : "sealed anew"))
    }
  }
}
