public import CryptoCore

/// A certificate or key of a kubeconfig: within it, or in a file.
public struct KubeconfigMaterial: Sendable {
  private enum Source: Sendable {
    case data(ConfigNode)
    case file(PlacedText)
  }

  private let source: Source

  /// What is within it wins over a file.
  init?(data: ConfigNode?, file: ConfigNode?) {
    if let data, data.hasBytes {
      source = .data(data)
    } else if let file = file?.text, !file.text.isEmpty {
      source = .file(file)
    } else {
      return nil
    }
  }

  /// Where it stands.
  public var place: Place {
    switch source {
    case .data(let node): node.place
    case .file(let path): path.place
    }
  }

  /// The file's path, relative to the folder of the kubeconfig; nil for what is within it.
  public var path: String? {
    switch source {
    case .data: nil
    case .file(let path): path.text
    }
  }

  /// The bytes that stand within the kubeconfig, PEM as a rule; nil for a file, and for what is no
  /// Base64.
  public func embedded() -> WipedBuffer? {
    guard case .data(let node) = source else { return nil }
    return node.decodedBase64()
  }
}

extension ConfigNode {
  /// The bytes that a scalar has as Base64, as Go decodes it; nil for what is none.
  public func decodedBase64() -> WipedBuffer? {
    withBytes { text -> WipedBuffer? in
      var decoded = WipedBuffer()
      guard GoBase64.decode(text, appendingTo: &decoded) else { return nil }
      return decoded
    }
  }
}
