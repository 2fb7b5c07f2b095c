import Findings
import Foundation
import Testing
import TransportSecurity

/// A kubeadm node with one change each: the cells that must change, and no others.
@Suite struct CoverageVariantTests {
  static let pki = "etc/kubernetes/pki"
  static let api = "kube-apiserver"
  static let kubelet = "var/lib/kubelet/config.yaml"
  static let controller = "kube-controller-manager"

  struct Variant: Sendable, CustomTestStringConvertible {
    let change: NodeChange
    /// "apiserver-etcd/encrypted=bad", sorted.
    let cells: [String]
    /// Rules that come in addition; without `tls/link-` where they have it.
    let rules: [String]

    init(_ change: NodeChange, _ cells: [String], _ rules: [String] = []) {
      self.change = change
      self.cells = cells
      self.rules = rules
    }

    var testDescription: String { "\(change)" }
  }

  static let variants: [Variant] = etcd + apiServer + kubelets + controllers + certificates

  /// The cells of every link that are not as in `base`, and the rules that are new.
  private func differences(
    _ matrix: CoverageMatrix, from base: CoverageMatrix
  ) -> (cells: [String], rules: [String]) {
    let old = Self.states(base)
    let new = Self.states(matrix)
    var cells: [String] = []
    for (key, state) in new where old[key] != state { cells.append("\(key)=\(state)") }
    for key in old.keys where new[key] == nil { cells.append("\(key)=gone") }
    let known = Set(base.findings.map(\.rule.id))
    let rules = Set(matrix.findings.map(\.rule.id)).subtracting(known)
    return (cells.sorted(), rules.map { $0.replacing("tls/link-", with: "") }.sorted())
  }

  private static func states(_ matrix: CoverageMatrix) -> [String: String] {
    var states: [String: String] = [:]
    for link in matrix.links {
      for (name, cell) in link.cells where cell.state != .none {
        states["\(link.id)/\(name)"] = cell.state.rawValue
      }
    }
    return states
  }

  @Test(arguments: variants) func changesItsCells(_ variant: Variant) throws {
    let demo = try DemoNodes.shared.get()
    let base = try DemoNodes.base.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    try variant.change.apply(to: node)
    let matrix = try DemoNodes.matrix([node.folder])
    let found = differences(matrix, from: base)
    #expect(found.cells == variant.cells.sorted())
    #expect(found.rules == variant.rules.sorted())
    // What is exposed or broken is told of.
    let isBad = matrix.links.contains { [.exposed, .broken].contains($0.verdict) }
    #expect(!isBad || !found.rules.isEmpty)
  }
}
