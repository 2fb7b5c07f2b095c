import Age
import CryptoCore
import SOPSFormat

/// Bytes as text, so that a failure shows them.
func text(_ bytes: borrowing WipedBuffer) -> String {
  String(decoding: Array(copying: bytes.bytes), as: UTF8.self)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The code of the error that a call throws; nil when it throws none.
func code(_ body: () throws(SOPSError) -> Void) -> SOPSError.Code? {
  do {
    try body()
    return nil
  } catch { return error.code }
}

/// Someone to encrypt for and to open with.
struct Reader {
  let identity: X25519Identity
  let wrapper: SOPSAgeWrapper

  init() throws {
    identity = try X25519Identity.generate()
    wrapper = try SOPSAgeWrapper(identity.recipientText)
  }

  var unwrapper: SOPSAgeUnwrapper { SOPSAgeUnwrapper([identity]) }
}

let date = Timestamp(secondsSince1970: 1_790_000_000)

extension SOPSSettings {
  init(for readers: Reader..., selection: SOPSSelection = .standard) {
    self.init(keyGroups: [readers.map(\.wrapper)], selection: selection)
  }
}

/// A plain text as SOPS would lay it out: what comes of encrypting and decrypting it.
func laidOut(_ plaintext: [UInt8], _ store: SOPSStore) throws -> String {
  let reader = try Reader()
  var writer = SOPSWriter(date: date)
  let encrypted = try writer.encrypt(plaintext.span, store: store, settings: .init(for: reader))
  let file = try SOPSFile.read(encrypted.bytes, store: store)
  let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
  return text(try file.decrypt(key).text)
}

/// Why a file does not decrypt; nil when it does.
func failure(of file: SOPSFile, _ key: borrowing SOPSDataKey) -> SOPSError.Code? {
  do {
    let plain = try file.decrypt(key)
    _ = plain.notices
    return nil
  } catch { return error.code }
}

/// A text with what differs between two encryptions taken out: ciphertexts, keys, dates.
func masked(_ text: String) throws -> String {
  let values = try Regex(#"ENC\[AES256_GCM,data:[^,]*,iv:[^,]*,tag:[^,]*,type:"#)
  let files = try Regex(
    #"-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----[\s\S]*?-----END [A-Z ]*-----"#)
  let dates = try Regex(
    #"(lastmodified|created_at)("?: "?| *= ?|=)20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"#)
  return text.replacing(values, with: "ENC[").replacing(files, with: "FILE")
    .replacing(dates, with: "DATE")
}
