internal import ControlPlane
internal import CryptoCore
internal import Platform
internal import X509

extension NodeInventory {
  /// What the node is called: `/etc/hostname`, and whom the kubelet's certificate is for.
  var names: [PlacedText] {
    var names: [PlacedText] = []
    if root.isRoot, let file = try? root.read("/etc/hostname") {
      let text = Self.firstWord(of: file.bytes.bytes)
      if !text.isEmpty {
        names.append(PlacedText(text, at: Place(file: root.shown("/etc/hostname"))))
      }
    }
    let flag = run(.kubelet)?.flags.last("kubeconfig")
    let path = flag?.value ?? "/etc/kubernetes/kubelet.conf"
    if let file = try? root.read(path),
      let kubeconfig = try? Kubeconfig(file.bytes.bytes, file: root.shown(path)),
      let material = kubeconfig.current.user?.clientCertificate
    {
      let folder = "/" + path.split(separator: "/").dropLast().joined(separator: "/")
      let client = CertificateFile.read(material, in: folder, of: root)
      let name = client.leaf?.subject.commonName ?? ""
      if name.hasPrefix("system:node:") {
        names.append(PlacedText(String(name.dropFirst(12)), at: client.place))
      }
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0.text.lowercased()).inserted }
  }

  /// The first line that is no comment, as hostnamectl writes it.
  private static func firstWord(of bytes: Span<UInt8>) -> String {
    var word: [UInt8] = []
    var isComment = false
    for index in 0..<min(bytes.count, 4096) {
      let byte = bytes[index]
      if byte == 0x0a {
        if !word.isEmpty { break }
        isComment = false
      } else if byte == UInt8(ascii: "#"), word.isEmpty {
        isComment = true
      } else if !isComment, byte > 0x20, byte < 0x7f {
        word.append(byte)
      }
    }
    return String(decoding: word.prefix(253), as: UTF8.self)
  }
}
