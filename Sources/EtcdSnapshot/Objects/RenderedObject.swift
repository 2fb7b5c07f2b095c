public import CryptoCore
internal import EncryptionAtRest

/// A stored object as a person reads it.
public struct RenderedObject: ~Copyable, Sendable {
  /// The forms that it can be in.
  public enum Form: Sendable {
    /// A manifest.
    case yaml
    /// As it was stored.
    case json
    /// As it was stored, and no text.
    case raw
  }

  /// Which form it is in.
  public let form: Form
  /// The text, which ends with a line break, or the stored bytes; wiped with the value.
  public let bytes: WipedBuffer

  /// Renders decrypted bytes: Secrets and ConfigMaps as YAML, everything else as it is.
  ///
  /// - Parameter isRaw: Renders nothing.
  public init(_ plaintext: Span<UInt8>, isRaw: Bool = false) {
    let encoding = StoredValue.encoding(of: plaintext)
    if !isRaw, encoding == .protobuf {
      var yaml = ObjectYAML()
      if (try? yaml.render(plaintext)) == true {
        form = .yaml
        bytes = yaml.finished()
        return
      }
    }
    var copy = WipedBuffer(copying: plaintext)
    let isJSON = encoding == .json
    if isJSON, !isRaw, plaintext.count > 0, plaintext[plaintext.count - 1] != 0x0a {
      copy.append(0x0a)
    }
    form = isJSON ? .json : .raw
    bytes = copy
  }
}
