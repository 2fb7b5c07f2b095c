internal import Envelope

/// Tells who seals without signing what that means.
enum SignatureReminder {
  /// The warning for Secrets that were sealed now, and not signed, where signatures are asked for or
  /// were there before.
  ///
  /// - Parameter isAsked: whether a signature is asked for where the result goes.
  static func warning(for units: [UnitOutcome], isAsked: () -> Bool) -> String? {
    let sealed = units.filter { isNew($0.action) && $0.identity != SOPSText.identity }
    guard !sealed.isEmpty else { return nil }
    if isAsked() {
      return "a signature is asked for, and --sign-with gives none: nothing opens what is sealed "
        + "now before one of the signers has looked at it and sealed it again with "
        + "'sealwax rotate --ignore-policy --sign-with KEY FILE'"
    }
    guard sealed.contains(where: { !$0.droppedSigners.isEmpty }) else { return nil }
    return "signatures no longer hold and were dropped: sign what is sealed again with --sign-with"
  }

  private static func isNew(_ action: UnitOutcome.Action) -> Bool {
    switch action {
    case .sealed, .resealed, .rewrapped, .rotated: true
    case .alreadySealed, .opened, .notSealed: false
    }
  }
}
