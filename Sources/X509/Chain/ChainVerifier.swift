internal import COpenSSL

/// What OpenSSL says about a certificate and the authorities it should lead to.
public struct ChainVerdict: Sendable {
  /// Everything objected to, in OpenSSL's order; empty when the chain holds.
  public let problems: [ChainProblem]
  /// The chain that was built, the certificate itself first; it may end before a trusted one.
  public let chain: [Certificate]

  /// Whether the chain holds.
  public var isTrusted: Bool { problems.isEmpty }
}

/// Builds and verifies chains as OpenSSL does (RFC 5280, section 6).
///
/// Kubernetes verifies with Go's crypto/x509, which does some things otherwise; each is noted at the
/// option or here. Go looks at no certificate's key usage; wants the extended key usages of all
/// authorities in the chain to include the purpose, as OpenSSL does; refuses MD5 and SHA-1
/// (`SignatureAlgorithm.isBroken`); and reads only DER (`Certificate.encodingProblem`).
public struct ChainVerifier: Sendable {
  /// What the certificate is for.
  public enum Purpose: Sendable {
    /// Any purpose at all.
    case any
    /// A TLS server.
    case server
    /// A TLS client.
    case client
  }

  /// Whom a client means to reach.
  public enum Name: Sendable, Hashable {
    /// A DNS name.
    case host(String)
    /// An address: 4 or 16 bytes.
    case ip([UInt8])

    /// An address when it looks like one, else a DNS name.
    public init(_ text: String) {
      self = IPAddressText.bytes(text).map { .ip($0) } ?? .host(text)
    }
  }

  /// What it is verified for.
  public var purpose = Purpose.any
  /// The name it must be for; nil for any.
  public var name: Name?
  /// The time, in seconds since 1970; nil for now.
  public var time: Int?
  /// Whether a chain may end at a trusted certificate that is not self-signed.
  ///
  /// Go always allows it.
  public var allowsPartialChains = false
  /// Whether a subject's CN counts as a DNS name when there is no DNS name.
  ///
  /// To Go it never does.
  public var usesCommonName = false
  /// Whether everything that RFC 5280 asks for is checked (`X509_V_FLAG_X509_STRICT`).
  ///
  /// Go does not.
  public var isStrict = false

  /// Verifies for any purpose, now.
  public init() {}

  /// Builds the chain and verifies it.
  ///
  /// - Parameter intermediates: What a chain may go through; none of it is trusted.
  /// - Throws: `.libraryFailure`; a chain that does not hold is a verdict.
  public func verify(
    _ certificate: Certificate, intermediates: [Certificate] = [], trust: TrustStore
  ) throws(X509Error) -> ChainVerdict {
    guard Library.isReady, let stack = unsafe OPENSSL_sk_new_null() else {
      throw Library.unavailable
    }
    defer { unsafe OPENSSL_sk_free(stack) }
    let own = try certificate.handle()
    var handles = [own]
    for intermediate in intermediates {
      let handle = try intermediate.handle()
      handles.append(handle)
      // The stack only borrows.
      guard unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(handle.pointer)) > 0 else {
        throw Library.unavailable
      }
    }
    guard let context = unsafe X509_STORE_CTX_new() else { throw Library.unavailable }
    defer { unsafe X509_STORE_CTX_free(context) }
    defer { ERR_clear_error() }
    guard
      unsafe X509_STORE_CTX_init(context, trust.pointer, own.pointer, stack) == 1,
      unsafe configure(context)
    else { throw Library.unavailable }
    var found = Found()
    let isVerified = unsafe withUnsafeMutablePointer(to: &found) { found in
      unsafe X509_STORE_CTX_set_ex_data(context, 0, found)
      unsafe X509_STORE_CTX_set_verify_cb(context, Found.take)
      return unsafe X509_verify_cert(context)
    }
    let error = unsafe X509_STORE_CTX_get_error(context)
    if found.problems.isEmpty, isVerified != 1 || error != X509_V_OK {
      // Without a call of ours: out of memory, or called wrongly.
      throw Library.unavailable
    }
    let known = zip(handles + trust.handles, [certificate] + intermediates + trust.certificates)
    let chain = unsafe Stack(X509_STORE_CTX_get0_chain(context)).elements.compactMap { element in
      known.first { unsafe $0.0.pointer == OpaquePointer(element) }?.1
    }
    return ChainVerdict(problems: found.problems, chain: chain)
  }

  private func configure(_ context: OpaquePointer) -> Bool {
    guard let parameters = unsafe X509_STORE_CTX_get0_param(context) else { return false }
    let purpose =
      switch purpose {
      case .any: X509_PURPOSE_ANY
      case .server: X509_PURPOSE_SSL_SERVER
      case .client: X509_PURPOSE_SSL_CLIENT
      }
    guard unsafe X509_STORE_CTX_set_purpose(context, purpose) == 1 else { return false }
    var flags = UInt(0)
    if allowsPartialChains { flags |= UInt(X509_V_FLAG_PARTIAL_CHAIN) }
    if isStrict { flags |= UInt(X509_V_FLAG_X509_STRICT) }
    guard unsafe X509_VERIFY_PARAM_set_flags(parameters, flags) == 1 else { return false }
    if let time { unsafe X509_VERIFY_PARAM_set_time(parameters, time) }
    if !usesCommonName {
      unsafe X509_VERIFY_PARAM_set_hostflags(
        parameters, CUnsignedInt(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    }
    switch name {
    case nil: return true
    case .host(let name):
      // A NUL would end the name early.
      guard !name.utf8.contains(0) else { return false }
      return unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1
    case .ip(let bytes):
      return unsafe X509_VERIFY_PARAM_set1_ip(parameters, bytes, bytes.count) == 1
    }
  }
}

/// What a verification objects to, gathered.
private struct Found {
  var problems: [ChainProblem] = []

  /// What does not keep OpenSSL from looking at the rest, as its own `verify` command has it; a name
  /// that does not match besides.
  private static let continued: Set<CInt> = [
    X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_INVALID_CA,
    X509_V_ERR_INVALID_NON_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_INVALID_PURPOSE,
    X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, X509_V_ERR_HOSTNAME_MISMATCH,
    X509_V_ERR_IP_ADDRESS_MISMATCH, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
  ]

  static let take: @convention(c) (CInt, OpaquePointer?) -> CInt = { isFine, context in
    guard isFine != 1 else { return isFine }
    let code = unsafe X509_STORE_CTX_get_error(context)
    let depth = unsafe X509_STORE_CTX_get_error_depth(context)
    if let found = unsafe X509_STORE_CTX_get_ex_data(context, 0)?
      .assumingMemoryBound(to: Found.self)
    {
      let problem = ChainProblem(code: Int(code), depth: Int(depth))
      if unsafe !found.pointee.problems.contains(problem) {
        unsafe found.pointee.problems.append(problem)
      }
    }
    return continued.contains(code) ? 1 : 0
  }
}
