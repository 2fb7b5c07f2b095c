internal import COpenSSL

/// Values of OpenSSL as Swift's.
enum Text {
  /// The bytes of an ASN.1 string; empty for nil.
  static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    guard let string = unsafe string, let data = unsafe ASN1_STRING_get0_data(string) else {
      return []
    }
    let count = Int(unsafe ASN1_STRING_length(string))
    return unsafe Array(UnsafeBufferPointer(start: data, count: max(count, 0)))
  }

  /// An ASN.1 string as text, whatever its type; what is no text is replaced.
  static func utf8(_ string: UnsafePointer<ASN1_STRING>?) -> String {
    var output: UnsafeMutablePointer<UInt8>?
    let count = unsafe ASN1_STRING_to_UTF8(&output, string)
    guard count >= 0, let output = unsafe output else {
      ERR_clear_error()
      return unsafe String(decoding: bytes(string), as: UTF8.self)
    }
    defer { unsafe CRYPTO_free(output, nil, 0) }
    return unsafe String(
      decoding: UnsafeBufferPointer(start: output, count: Int(count)), as: UTF8.self)
  }

  /// An object identifier: its short name, or its numbers.
  static func name(_ object: OpaquePointer?) -> String {
    guard let object = unsafe object else { return "" }
    let identifier = unsafe OBJ_obj2nid(object)
    if identifier != NID_undef, let text = unsafe OBJ_nid2sn(identifier) {
      return unsafe String(cString: text)
    }
    return unsafe numbers(object)
  }

  /// An object identifier as numbers with dots.
  static func numbers(_ object: OpaquePointer?) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    let count = unsafe buffer.withUnsafeMutableBufferPointer { room in
      unsafe OBJ_obj2txt(room.baseAddress, CInt(room.count), object, 1)
    }
    let digits = buffer.prefix(max(0, min(Int(count), buffer.count - 1)))
    return String(decoding: digits.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The name of an algorithm's number: `RSA-SHA256`.
  static func name(_ identifier: CInt) -> String {
    guard identifier != NID_undef, let text = unsafe OBJ_nid2sn(identifier) else {
      return "unknown"
    }
    return unsafe String(cString: text)
  }

  /// What a function of the kind `i2d_…` writes.
  static func encoded(
    _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt
  ) -> [UInt8] {
    var output: UnsafeMutablePointer<UInt8>?
    let count = unsafe write(&output)
    guard count > 0, let output = unsafe output else {
      ERR_clear_error()
      return []
    }
    defer { unsafe CRYPTO_free(output, nil, 0) }
    return unsafe Array(UnsafeBufferPointer(start: output, count: Int(count)))
  }

  /// Bytes as hexadecimal digits, in capitals.
  static func hexadecimal(_ bytes: [UInt8], separator: String = "") -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if index > 0 { text += separator.utf8 }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
