extension CipherSuite {
  /// The suites that a prober offers: the IANA registry's of TLS 1.3, and of SSL 3 to TLS 1.2 those
  /// that work with a certificate or without any, export suites included.
  ///
  /// Left out are suites for which client and server share a key or password already (PSK, SRP,
  /// Kerberos), and those of static Diffie-Hellman that no server had.
  public static let all: [CipherSuite] = table.flatMap { exchange, suites in
    suites.split(separator: " ").compactMap { CipherSuite(exchange: exchange, entry: $0) }
  }

  /// By key exchange: `number:rest of the name`, the number in hexadecimal digits.
  private static let table: [(exchange: String, suites: String)] = [
    (
      "",
      """
      1301:AES_128_GCM_SHA256 1302:AES_256_GCM_SHA384 1303:CHACHA20_POLY1305_SHA256 \
      1304:AES_128_CCM_SHA256 1305:AES_128_CCM_8_SHA256
      """
    ),
    (
      "ECDHE_ECDSA",
      """
      c006:NULL_SHA c007:RC4_128_SHA c008:3DES_EDE_CBC_SHA c009:AES_128_CBC_SHA \
      c00a:AES_256_CBC_SHA c023:AES_128_CBC_SHA256 c024:AES_256_CBC_SHA384 \
      c02b:AES_128_GCM_SHA256 c02c:AES_256_GCM_SHA384 c05c:ARIA_128_GCM_SHA256 \
      c05d:ARIA_256_GCM_SHA384 c072:CAMELLIA_128_CBC_SHA256 c073:CAMELLIA_256_CBC_SHA384 \
      c0ac:AES_128_CCM c0ad:AES_256_CCM c0ae:AES_128_CCM_8 c0af:AES_256_CCM_8 \
      cca9:CHACHA20_POLY1305_SHA256
      """
    ),
    (
      "ECDHE_RSA",
      """
      c010:NULL_SHA c011:RC4_128_SHA c012:3DES_EDE_CBC_SHA c013:AES_128_CBC_SHA \
      c014:AES_256_CBC_SHA c027:AES_128_CBC_SHA256 c028:AES_256_CBC_SHA384 \
      c02f:AES_128_GCM_SHA256 c030:AES_256_GCM_SHA384 c060:ARIA_128_GCM_SHA256 \
      c061:ARIA_256_GCM_SHA384 c076:CAMELLIA_128_CBC_SHA256 c077:CAMELLIA_256_CBC_SHA384 \
      cca8:CHACHA20_POLY1305_SHA256
      """
    ),
    (
      "DHE_RSA",
      """
      0015:DES_CBC_SHA 0016:3DES_EDE_CBC_SHA 0033:AES_128_CBC_SHA 0039:AES_256_CBC_SHA \
      0045:CAMELLIA_128_CBC_SHA 0067:AES_128_CBC_SHA256 006b:AES_256_CBC_SHA256 \
      0088:CAMELLIA_256_CBC_SHA 009a:SEED_CBC_SHA 009e:AES_128_GCM_SHA256 \
      009f:AES_256_GCM_SHA384 00be:CAMELLIA_128_CBC_SHA256 00c4:CAMELLIA_256_CBC_SHA256 \
      c052:ARIA_128_GCM_SHA256 c053:ARIA_256_GCM_SHA384 c09e:AES_128_CCM c09f:AES_256_CCM \
      c0a2:AES_128_CCM_8 c0a3:AES_256_CCM_8 ccaa:CHACHA20_POLY1305_SHA256
      """
    ),
    (
      "DHE_DSS",
      """
      0012:DES_CBC_SHA 0013:3DES_EDE_CBC_SHA 0032:AES_128_CBC_SHA 0038:AES_256_CBC_SHA \
      0040:AES_128_CBC_SHA256 0044:CAMELLIA_128_CBC_SHA 006a:AES_256_CBC_SHA256 \
      0087:CAMELLIA_256_CBC_SHA 0099:SEED_CBC_SHA 00a2:AES_128_GCM_SHA256 \
      00a3:AES_256_GCM_SHA384 00bd:CAMELLIA_128_CBC_SHA256 00c3:CAMELLIA_256_CBC_SHA256 \
      c056:ARIA_128_GCM_SHA256 c057:ARIA_256_GCM_SHA384
      """
    ),
    (
      "RSA",
      """
      0001:NULL_MD5 0002:NULL_SHA 0004:RC4_128_MD5 0005:RC4_128_SHA 0007:IDEA_CBC_SHA \
      0009:DES_CBC_SHA 000a:3DES_EDE_CBC_SHA 002f:AES_128_CBC_SHA 0035:AES_256_CBC_SHA \
      003b:NULL_SHA256 003c:AES_128_CBC_SHA256 003d:AES_256_CBC_SHA256 \
      0041:CAMELLIA_128_CBC_SHA 0084:CAMELLIA_256_CBC_SHA 0096:SEED_CBC_SHA \
      009c:AES_128_GCM_SHA256 009d:AES_256_GCM_SHA384 00ba:CAMELLIA_128_CBC_SHA256 \
      00c0:CAMELLIA_256_CBC_SHA256 c050:ARIA_128_GCM_SHA256 c051:ARIA_256_GCM_SHA384 \
      c09c:AES_128_CCM c09d:AES_256_CCM c0a0:AES_128_CCM_8 c0a1:AES_256_CCM_8
      """
    ),
    (
      "ECDH_ECDSA",
      """
      c002:RC4_128_SHA c003:3DES_EDE_CBC_SHA c004:AES_128_CBC_SHA c005:AES_256_CBC_SHA \
      c02d:AES_128_GCM_SHA256 c02e:AES_256_GCM_SHA384
      """
    ),
    (
      "ECDH_RSA",
      """
      c00c:RC4_128_SHA c00d:3DES_EDE_CBC_SHA c00e:AES_128_CBC_SHA c00f:AES_256_CBC_SHA \
      c031:AES_128_GCM_SHA256 c032:AES_256_GCM_SHA384
      """
    ),
    (
      "RSA_EXPORT",
      """
      0003:RC4_40_MD5 0006:RC2_CBC_40_MD5 0008:DES40_CBC_SHA
      """
    ),
    (
      "DHE_RSA_EXPORT",
      """
      0014:DES40_CBC_SHA
      """
    ),
    (
      "DHE_DSS_EXPORT",
      """
      0011:DES40_CBC_SHA
      """
    ),
    (
      "ECDH_anon",
      """
      c015:NULL_SHA c016:RC4_128_SHA c017:3DES_EDE_CBC_SHA c018:AES_128_CBC_SHA \
      c019:AES_256_CBC_SHA
      """
    ),
    (
      "DH_anon",
      """
      0018:RC4_128_MD5 001a:DES_CBC_SHA 001b:3DES_EDE_CBC_SHA 0034:AES_128_CBC_SHA \
      003a:AES_256_CBC_SHA 0046:CAMELLIA_128_CBC_SHA 006c:AES_128_CBC_SHA256 \
      006d:AES_256_CBC_SHA256 0089:CAMELLIA_256_CBC_SHA 009b:SEED_CBC_SHA \
      00a6:AES_128_GCM_SHA256 00a7:AES_256_GCM_SHA384 00bf:CAMELLIA_128_CBC_SHA256 \
      00c5:CAMELLIA_256_CBC_SHA256 c05a:ARIA_128_GCM_SHA256 c05b:ARIA_256_GCM_SHA384
      """
    ),
    (
      "DH_anon_EXPORT",
      """
      0017:RC4_40_MD5 0019:DES40_CBC_SHA
      """
    ),
  ]
}
