public import ControlPlane
public import Findings

/// Which links of a control plane are encrypted, verified and mutual, as its files say.
public struct CoverageMatrix: Sendable {
  /// The names of the nodes.
  public let nodes: [String]
  /// The rows, node by node, then those of the cluster's objects.
  public let links: [Link]
  /// What to do, each once.
  public var findings: [Finding]
  /// Nodes in whose files nothing of a control plane was found.
  public let emptyNodes: [String]
  /// What differs between nodes of the control plane.
  public let differences: [NodeDifference]

  /// Reads and judges the nodes.
  ///
  /// - Parameters:
  ///   - roots: The nodes' files.
  ///   - objects: Objects of the cluster.
  ///   - now: The time, in seconds since 1970.
  ///   - warning: How long before its end a certificate is told of, in seconds.
  public init(_ roots: [NodeRoot], objects: [ConfigNode], now: Int, warning: Int) {
    let roots = NodeRoot.distinct(roots)
    let inventories = roots.map { NodeInventory($0) }
    var links: [Link] = []
    var findings: [Finding] = inventories.flatMap(\.problems)
    for inventory in inventories {
      var builder = LinkBuilder(inventory, in: inventories, now: now, warning: warning)
      builder.build()
      links += builder.links
      findings += builder.findings
    }
    let others = ObjectLinks(objects + inventories.flatMap(\.objects), now: now, warning: warning)
      .links
    if others.contains(where: { $0.id == "apiserver-aggregation" }) {
      for index in links.indices where links[index].id == "apiserver-front-proxy" {
        links[index].serverVerified = LinkCell(.none, "see the rows of the APIServices")
        links[index].certificate = .none
      }
    }
    links += others
    findings += links.flatMap(\.findings)
    differences = NodeDifference.all(inventories, now: now, warning: warning)
    findings += differences.map(\.finding)
    nodes = roots.map(\.name)
    emptyNodes = inventories.filter(\.isEmpty).map(\.root.folder)
    self.links = links
    self.findings = Self.distinct(findings)
  }

  /// Findings once each: links share certificates and flags.
  private static func distinct(_ findings: [Finding]) -> [Finding] {
    struct Key: Hashable {
      let rule: String
      let message: String
      let file: String?
      let line: Int?
      let column: Int?
    }
    var seen: Set<Key> = []
    return findings.filter { finding in
      seen.insert(
        Key(
          rule: finding.rule.id, message: finding.message, file: finding.file,
          line: finding.line, column: finding.column)
      ).inserted
    }
  }

  /// How many links have each verdict.
  public var counts: [(verdict: Link.Verdict, count: Int)] {
    Link.Verdict.allCases.map { verdict in (verdict, links.count { $0.verdict == verdict }) }
      .filter { $0.1 > 0 }
  }
}
