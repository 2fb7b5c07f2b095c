internal import SOPSFormat
internal import Workspace

/// The end of one of SOPS's commands: with a status that scripts know, and what is wrong.
struct SOPSExit: Error {
  let status: Int32
  /// What is said; nil for the status of a command that was run.
  let error: WorkspaceError?

  init(_ status: Int32, _ error: WorkspaceError? = nil) {
    self.status = status
    self.error = error
  }

  init(_ status: Int32, _ message: String, hints: [String] = []) {
    self.init(status, WorkspaceError(.usage, message, hints: hints))
  }
}

/// SOPS's exit statuses that have a meaning (its cmd/sops/codes).
enum SOPSStatus {
  static let generic: Int32 = 1
  static let unreadable: Int32 = 2
  static let unwritable: Int32 = 3
  static let cannotDump: Int32 = 4
  static let invalidValue: Int32 = 7
  static let conflictingFlags: Int32 = 8
  static let cannotEncrypt: Int32 = 23
  static let cannotDecrypt: Int32 = 25
  static let noFileForKeys: Int32 = 49
  static let macMismatch: Int32 = 51
  static let invalidPath: Int32 = 91
  static let emptyFile: Int32 = 92
  static let noFile: Int32 = 100
  static let duplicateKind: Int32 = 112
  static let noDataKey: Int32 = 128
  static let notModified: Int32 = 200
  static let noEditor: Int32 = 201
  static let alreadyEncrypted: Int32 = 203

  /// The status of an error.
  ///
  /// - Parameter isPlain: whether it is about a plain file that was to be encrypted.
  static func of(_ error: WorkspaceError, isPlain: Bool) -> Int32 {
    if let code = error.sopsCode { return of(code, isPlain: isPlain) }
    switch error.kind {
    case .noInput: return unreadable
    case .cannotCreate, .inputOutput: return unwritable
    case .noIdentity: return noDataKey
    default: return generic
    }
  }

  private static func of(_ code: SOPSError.Code, isPlain: Bool) -> Int32 {
    switch code {
    case .noIdentity, .tooFewGroups, .unsupportedBackend, .malformedKey, .noKeys: noDataKey
    case .missingMAC, .macNotAuthentic, .macMismatch: macMismatch
    case .malformedValue, .unsupportedType, .plaintextBesideCiphertext, .valueNotAuthentic:
      cannotDecrypt
    case .reservedKey: alreadyEncrypted
    case .emptyFile where isPlain: emptyFile
    case .conflictingRules where isPlain: conflictingFlags
    case .unsupportedValue where isPlain: cannotEncrypt
    case .syntax, .duplicateKey, .nonStringKey, .unsupportedDocument, .limitExceeded:
      isPlain ? unreadable : generic
    default: generic
    }
  }
}
