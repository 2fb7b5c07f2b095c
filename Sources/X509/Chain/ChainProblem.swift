internal import COpenSSL

/// Something that OpenSSL objects to in a chain.
public struct ChainProblem: Sendable, Hashable, CustomStringConvertible {
  /// OpenSSL's number, `X509_V_ERR_…`.
  public let code: Int
  /// Which certificate of the chain: 0 is the one verified.
  public let depth: Int

  /// Makes one.
  public init(code: Int, depth: Int) {
    self.code = code
    self.depth = depth
  }

  /// OpenSSL's words: `certificate has expired`.
  public var message: String {
    guard let text = unsafe X509_verify_cert_error_string(CLong(clamping: code)) else { return "" }
    return unsafe String(cString: text)
  }

  /// With the numbers: `error 10 at depth 0: certificate has expired`.
  public var description: String { "error \(code) at depth \(depth): \(message)" }

  /// The signer is not among the certificates given.
  public var isIssuerMissing: Bool {
    [
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_CERT_UNTRUSTED,
    ].contains { Int($0) == code }
  }

  /// A signature is not its issuer's.
  public var isBadSignature: Bool { code == Int(X509_V_ERR_CERT_SIGNATURE_FAILURE) }
  /// It is over.
  public var isExpired: Bool { code == Int(X509_V_ERR_CERT_HAS_EXPIRED) }
  /// It has not begun.
  public var isNotYetValid: Bool { code == Int(X509_V_ERR_CERT_NOT_YET_VALID) }
  /// An issuer is no authority, or may not sign.
  public var isInvalidAuthority: Bool {
    [X509_V_ERR_INVALID_CA, X509_V_ERR_INVALID_NON_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN]
      .contains { Int($0) == code }
  }
  /// More authorities than one of them allows.
  public var isPathTooLong: Bool { code == Int(X509_V_ERR_PATH_LENGTH_EXCEEDED) }
  /// Not for the purpose.
  public var isWrongPurpose: Bool { code == Int(X509_V_ERR_INVALID_PURPOSE) }
  /// Not for the name or address.
  public var isWrongName: Bool {
    code == Int(X509_V_ERR_HOSTNAME_MISMATCH) || code == Int(X509_V_ERR_IP_ADDRESS_MISMATCH)
  }
  /// A name that an authority may not sign.
  public var isNameConstraint: Bool {
    [
      X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
      X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
    ].contains { Int($0) == code }
  }
  /// A critical extension that nobody here knows.
  public var isUnknownCritical: Bool {
    code == Int(X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION)
  }
  /// The chain is longer than OpenSSL goes.
  public var isChainTooLong: Bool { code == Int(X509_V_ERR_CERT_CHAIN_TOO_LONG) }
}
