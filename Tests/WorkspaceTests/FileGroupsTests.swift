import Foundation
import Synchronization
import Testing

@testable import Workspace

struct FileGroupsTests {
  private final class Count: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test func groupsFollowEachOtherInOrder() throws {
    let scratch = try Scratch()
    for number in 1000..<2100 { try scratch.write("", to: "\(number).yaml") }
    let delivered = Count()
    var names: [String] = []
    FileGroups.run(try InputPaths([scratch.url.path]), makeState: { 0 }) { finding, number, done in
      done += 1
      guard case .item(let item) = finding else { return (name: "", number: -1, group: -1) }
      return (item.relativePath, number, delivered.value.load(ordering: .acquiring))
    } deliver: { results in
      let group = delivered.value.load(ordering: .acquiring)
      #expect(results.map(\.number) == Array(results.indices))
      // No group is begun before the one in front of it was delivered.
      #expect(results.allSatisfy { $0.group == group })
      names += results.map(\.name)
      delivered.value.store(group + 1, ordering: .releasing)
    }
    #expect(names == (1000..<2100).map { "\($0).yaml" })
    #expect(delivered.value.load(ordering: .acquiring) > 2)
  }
}
