/// Where in etcd the API server keeps an object: `PREFIX/RESOURCE/[NAMESPACE/]NAME`, or with the
/// group before the resource.
public struct StoragePath: Sendable, Hashable {
  /// What is kept there; nil for what is no resource that a configuration could name.
  public let resource: GroupResource?
  /// What to call the kind of object, in every case.
  public let label: String
  /// The namespace; empty for what lies in none.
  public let namespace: String
  /// The length of the key up to the name, in bytes.
  public let folderByteCount: Int

  private static let servicesFolders = ["specs": "services", "endpoints": "endpoints"]
  /// Longer ones are no Kubernetes objects': names have at most 253 bytes.
  private static let maximumFolderByteCount = 1024

  /// Reads an etcd key.
  ///
  /// - Parameter prefix: What the API server's keys begin with (`--etcd-prefix`), without a slash
  ///   at its end.
  public init(_ key: Span<UInt8>, prefix: [UInt8]) {
    folderByteCount = Self.folderByteCount(of: key)
    guard folderByteCount <= Self.maximumFolderByteCount else {
      resource = nil
      label = "(a very long key)"
      namespace = ""
      return
    }
    guard key.hasBytes(prefix), key.count > prefix.count, key[prefix.count] == 0x2f else {
      resource = nil
      label = "(outside the prefix)"
      namespace = ""
      return
    }
    let folder = key.text(prefix.count + 1..<max(folderByteCount, prefix.count + 1))
    var parts = folder.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard let first = parts.first else {
      resource = nil
      label = "(no resource)"
      namespace = ""
      return
    }
    parts.removeFirst()
    if first.contains("."), let plural = parts.first {
      parts.removeFirst()
      resource = GroupResource(resource: plural, group: first)
    } else if first == "services", let resource = Self.servicesFolders[parts.first ?? ""] {
      parts.removeFirst()
      self.resource = GroupResource(resource: resource)
    } else {
      resource = BuiltInResources.resource(storedAs: first)
    }
    label = resource?.description ?? first
    namespace = parts.joined(separator: "/")
  }

  /// The length of a key without its last part.
  public static func folderByteCount(of key: Span<UInt8>) -> Int {
    var index = key.count
    while index > 0 {
      if key[index - 1] == 0x2f { return index }
      index -= 1
    }
    return 0
  }
}
