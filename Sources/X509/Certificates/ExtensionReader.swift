internal import COpenSSL

/// Reads the extensions of a certificate that OpenSSL has parsed.
@safe
struct ExtensionReader {
  private let certificate: OpaquePointer
  /// The names of extensions that are there and cannot be read, or are there twice.
  private(set) var broken: [String] = []

  init(_ certificate: OpaquePointer) { unsafe self.certificate = certificate }

  /// The decoded extension, for `body` to read and `free` to free; nil when it is not there.
  private mutating func decoded<Value>(
    _ identifier: CInt, free: (UnsafeMutableRawPointer) -> Void,
    _ body: (UnsafeMutableRawPointer) -> Value
  ) -> Value? {
    // -1: not there; -2: there more than once; 0 or 1, but nothing returned: broken.
    var critical: CInt = 0
    guard let value = unsafe X509_get_ext_d2i(certificate, identifier, &critical, nil) else {
      ERR_clear_error()
      if critical != -1 { broken.append(Text.name(identifier)) }
      return nil
    }
    defer { unsafe free(value) }
    return unsafe body(value)
  }

  mutating func alternativeNames() -> [GeneralName] {
    unsafe decoded(
      NID_subject_alt_name, free: { unsafe GENERAL_NAMES_free(OpaquePointer($0)) }
    ) { value in
      unsafe Stack(OpaquePointer(value)).elements.map { name in
        unsafe GeneralName(name.assumingMemoryBound(to: GENERAL_NAME.self))
      }
    } ?? []
  }

  mutating func keyUsage() -> KeyUsage? {
    unsafe decoded(
      NID_key_usage,
      free: { unsafe ASN1_BIT_STRING_free($0.assumingMemoryBound(to: ASN1_BIT_STRING.self)) }
    ) { value in
      let bytes = unsafe Text.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
      let bits = UInt32(bytes.first ?? 0) | (bytes.count > 1 ? UInt32(bytes[1]) << 8 : 0)
      return KeyUsage(rawValue: bits)
    }
  }

  mutating func extendedKeyUsage() -> [ExtendedKeyUsage]? {
    unsafe decoded(
      NID_ext_key_usage, free: { unsafe EXTENDED_KEY_USAGE_free(OpaquePointer($0)) }
    ) { value in
      unsafe Stack(OpaquePointer(value)).elements.map { object in
        unsafe ExtendedKeyUsage(name: Text.name(OpaquePointer(object)))
      }
    }
  }

  mutating func basicConstraints() -> BasicConstraints? {
    unsafe decoded(
      NID_basic_constraints,
      free: { unsafe BASIC_CONSTRAINTS_free($0.assumingMemoryBound(to: BASIC_CONSTRAINTS.self)) }
    ) { value in
      let constraints = unsafe value.assumingMemoryBound(to: BASIC_CONSTRAINTS.self).pointee
      let length = unsafe constraints.pathlen.map { Int(clamping: unsafe ASN1_INTEGER_get($0)) }
      return unsafe BasicConstraints(isAuthority: constraints.ca != 0, pathLength: length)
    }
  }

  mutating func nameConstraints() -> NameConstraints? {
    unsafe decoded(
      NID_name_constraints,
      free: { unsafe NAME_CONSTRAINTS_free($0.assumingMemoryBound(to: NAME_CONSTRAINTS.self)) }
    ) { value in
      let constraints = unsafe value.assumingMemoryBound(to: NAME_CONSTRAINTS.self).pointee
      return unsafe NameConstraints(
        permitted: Self.names(constraints.permittedSubtrees),
        excluded: Self.names(constraints.excludedSubtrees))
    }
  }

  private static func names(_ subtrees: OpaquePointer?) -> [GeneralName] {
    unsafe Stack(subtrees).elements.compactMap { subtree in
      unsafe subtree.assumingMemoryBound(to: GENERAL_SUBTREE.self).pointee.base
        .map { unsafe GeneralName($0) }
    }
  }

  mutating func subjectKeyID() -> [UInt8]? {
    unsafe decoded(
      NID_subject_key_identifier,
      free: { unsafe ASN1_OCTET_STRING_free($0.assumingMemoryBound(to: ASN1_STRING.self)) }
    ) { value in
      unsafe Text.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
    }
  }

  mutating func authorityKeyID() -> [UInt8]? {
    let identifier = unsafe decoded(
      NID_authority_key_identifier,
      free: { unsafe AUTHORITY_KEYID_free($0.assumingMemoryBound(to: AUTHORITY_KEYID.self)) }
    ) { value -> [UInt8]? in
      unsafe value.assumingMemoryBound(to: AUTHORITY_KEYID.self).pointee.keyid
        .map { unsafe Text.bytes($0) }
    }
    return identifier ?? nil
  }

  /// The critical extensions that OpenSSL does not know: whoever verifies has to refuse them.
  func unknownCritical() -> [String] {
    let count = unsafe X509_get_ext_count(certificate)
    guard count > 0 else { return [] }
    return (0..<count).compactMap { index in
      guard let item = unsafe X509_get_ext(certificate, index),
        unsafe X509_EXTENSION_get_critical(item) == 1, unsafe X509_supported_extension(item) == 0
      else { return nil }
      return unsafe Text.name(X509_EXTENSION_get_object(item))
    }
  }
}
