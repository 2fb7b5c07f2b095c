import Foundation
import Testing

/// One change to the files of a node that kubeadm set up.
enum NodeChange {
  /// A flag of a static pod goes.
  case remove(String, in: String)
  /// A flag gets another value.
  case set(String, String, in: String)
  /// A flag comes behind the others.
  case add(String, in: String)
  /// A piece of a file is another.
  case edit(String, String, String)
  /// A file goes.
  case delete(String)
  /// A file is that of another path.
  case swap(String, with: String)
  /// A file that was not there.
  case write(String, String)

  static let apiServer = "kube-apiserver"

  private static func pod(_ name: String) -> String { "etc/kubernetes/manifests/\(name).yaml" }

  func apply(to node: NodeCopy) throws {
    switch self {
    case .remove(let flag, let name):
      try edit(Self.pod(name), node) { lines in
        lines.filter { !$0.hasPrefix("    - --\(flag)=") }
      }
    case .set(let flag, let value, let name):
      try edit(Self.pod(name), node) { lines in
        lines.map { $0.hasPrefix("    - --\(flag)=") ? "    - --\(flag)=\(value)" : $0 }
      }
    case .add(let words, let name):
      try edit(Self.pod(name), node) { lines in
        let last = try #require(lines.lastIndex { $0.hasPrefix("    - --") })
        return lines[...last] + words.split(separator: " ").map { "    - \($0)" }
          + lines[(last + 1)...]
      }
    case .edit(let path, let old, let new):
      let text = try node.text(path)
      try #require(text.contains(old), "\(old) is not in \(path)")
      try node.write(text.replacingOccurrences(of: old, with: new), to: path)
    case .delete(let path): try node.remove(path)
    case .swap(let path, let other): try node.replace(path, with: other)
    case .write(let path, let text): try node.write(text, to: path)
    }
  }

  private func edit(
    _ path: String, _ node: NodeCopy, _ change: ([String]) throws -> [String]
  ) throws {
    let lines = try node.text(path).components(separatedBy: "\n")
    let changed = try change(lines)
    try #require(changed != lines, "nothing changed in \(path)")
    try node.write(changed.joined(separator: "\n"), to: path)
  }
}
