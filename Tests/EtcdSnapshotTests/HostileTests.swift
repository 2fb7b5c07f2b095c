import EncryptionAtRest
import EtcdSnapshot
import Foundation
import Testing

/// Databases that were made to do harm.
@Suite struct HostileTests {
  private static func take(_ bytes: [UInt8]) throws(SnapshotError) -> CensusReport {
    try Census.take(of: SnapshotMemory(bytes), CensusOptions())
  }

  private static func failure(_ builder: BoltBuilder) -> SnapshotError? {
    do throws(SnapshotError) {
      _ = try take(builder.bytes)
      return nil
    } catch { return error }
  }

  @Test func theSampleIsFine() throws {
    // The fuzzer's seeds: the pages behind the meta pages.
    if let folder = ProcessInfo.processInfo.environment["SEALWAX_SEEDS"] {
      let pages = BoltBuilder.sample.bytes.dropFirst(2 * BoltBuilder.pageSize)
      try Data(pages).write(to: URL(filePath: folder).appending(path: "pages"))
    }
    let report = try Self.take(BoltBuilder.sample.bytes)
    #expect(report.liveCount == 12)
    #expect(report.supersededCount == 2)
    #expect(report.tombstoneCount == 1)
    #expect(report.consistentIndex == 1)
    #expect(report.remnants.plaintextByResource == ["secrets": 1])
    #expect(report.remnants.names == ["/registry/secrets/n/gone"])
    #expect(report.usedPageCount == 9)
    #expect(Dictionary(uniqueKeysWithValues: report.buckets) == ["key": 15, "lease": 0, "meta": 1])
  }

  /// A store so small that its bucket lies within the root's page.
  @Test func inlineKeyBucket() throws {
    var builder = BoltBuilder()
    let secret = BoltBuilder.revision(2, "/registry/secrets/n/a", "k8s\u{0}x")
    builder.pages[2] = BoltBuilder.leaf(2, [BoltBuilder.inline("key", [secret])])
    builder.pages[3] = BoltBuilder.leaf(3, [])
    let report = try Self.take(builder.bytes)
    #expect(report.plaintextSecrets == ["/registry/secrets/n/a"])
    #expect(report.buckets.map(\.keyCount) == [1])
  }

  /// What is done to the sample, what it ends in, and on which page.
  @Test(arguments: 0..<Self.attacks.count) func attack(_ index: Int) throws {
    let attack = Self.attacks[index]
    var builder = BoltBuilder.sample
    attack.change(&builder)
    let error = try #require(Self.failure(builder), "\(attack.name)")
    #expect(error.page == attack.page, "\(attack.name): \(error)")
    #expect(error.description.contains(attack.message), "\(attack.name): \(error)")
  }

  struct Attack: Sendable {
    let name: String
    let page: UInt64?
    let message: String
    let change: @Sendable (inout BoltBuilder) -> Void

    init(
      _ name: String, _ page: UInt64?, _ message: String,
      _ change: @escaping @Sendable (inout BoltBuilder) -> Void
    ) {
      (self.name, self.page, self.message, self.change) = (name, page, message, change)
    }
  }

  static let attacks: [Attack] = [
    Attack("a branch that leads to itself", 3, "twice") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], 4), ([2], 3)])
    },
    Attack("two ways to a page", 5, "twice") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], 5), ([2], 5)])
    },
    Attack("into a page's overflow", 6, "calls itself") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], 5), ([2], 6)])
    },
    Attack("a page beyond the end", 99, "does not have it") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], 99)])
    },
    Attack("a page number that overflows", UInt64(Int.max), "does not have it") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], Int.max)])
    },
    Attack("a meta page in the tree", 1, "does not have it") {
      $0.pages[3] = BoltBuilder.branch(3, [([1], 1)])
    },
    Attack("a branch without children", 3, "without anything") {
      $0.pages[3] = BoltBuilder.branch(3, [])
    },
    Attack("children out of order", 3, "out of order") {
      $0.pages[3] = BoltBuilder.branch(3, [([2], 4), ([1], 5)])
    },
    Attack("too many elements", 4, "do not fit") { $0.pages[4]?[10] = 0xff },
    Attack("an element that reaches out", 4, "reaches beyond") { $0.pages[4]?[16 + 15] = 0xff },
    Attack("a huge position", 4, "reaches beyond") {
      for index in 4..<8 { $0.pages[4]?[16 + index] = 0xff }
    },
    Attack("an overflow that reaches out", 4, "beyond the end") { $0.pages[4]?[15] = 0xff },
    Attack("a page of another kind", 4, "neither a branch nor a leaf") { $0.pages[4]?[8] = 0x10 },
    Attack("revisions out of order", 4, "out of order") {
      $0.pages[4] = BoltBuilder.leaf(4, [BoltBuilder.revision(99, "/registry/x/y", "z")])
    },
    Attack("a key that is no revision", 4, "no revision") {
      $0.pages[4] = BoltBuilder.leaf(4, [.init(key: [1, 2, 3], value: [])])
    },
    Attack("a record that is none", 4, "no key and value") {
      var element = BoltBuilder.revision(2, "/registry/x/y", "z")
      element.value = [0xff, 0xff]
      $0.pages[4] = BoltBuilder.leaf(4, [element])
    },
    Attack("no bucket of keys", nil, "no bucket 'key'") {
      $0.pages[2] = BoltBuilder.leaf(2, [BoltBuilder.bucket("other", root: 3)])
    },
    Attack("a bucket without a header", 2, "without a header") {
      $0.pages[2] = BoltBuilder.leaf(2, [.init(isBucket: true, key: [1], value: [1])])
    },
    Attack("more pages than the file has", 10, "cut short") { $0.limit = 1 << 40 },
    Attack("a tree without end", 57, "deeper than") {
      for page in 10..<100 { $0.pages[page] = BoltBuilder.branch(page, [([1], page + 1)]) }
      $0.pages[3] = BoltBuilder.branch(3, [([1], 11)])
    },
    Attack("buckets in buckets, in a circle", 3, "twice") {
      $0.pages[2] = BoltBuilder.leaf(2, [BoltBuilder.bucket("other", root: 4)])
      $0.pages[4] = BoltBuilder.leaf(
        4, [BoltBuilder.bucket("a", root: 3), BoltBuilder.bucket("b", root: 3)])
      $0.pages[3] = BoltBuilder.leaf(3, [])
    },
  ]

  /// Thousands of small changes: an error or a report, and never anything else.
  @Test func mutations() {
    let sample = BoltBuilder.sample.bytes
    var state = UInt64(ProcessInfo.processInfo.environment["SEALWAX_SEED"] ?? "") ?? 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let count = Int(ProcessInfo.processInfo.environment["SEALWAX_MUTATIONS"] ?? "") ?? 3000
    var reports = 0
    var errors = 0
    for _ in 0..<count {
      var bytes = sample
      for _ in 0...next(4) {
        // The meta pages have checksums: what is in them was tried above.
        let place = 1024 + next(bytes.count - 1024)
        bytes[place] =
          switch next(4) {
          case 0: UInt8(truncatingIfNeeded: next(256))
          case 1: bytes[place] ^ (1 << UInt8(next(8)))
          case 2: 0xff
          default: bytes[1024 + next(bytes.count - 1024)]
          }
      }
      if next(8) == 0 { bytes.removeLast(512 * (1 + next(3))) }
      do throws(SnapshotError) {
        _ = try Self.take(bytes)
        reports += 1
      } catch { errors += 1 }
    }
    #expect(reports > count / 10)
    #expect(errors > count / 10)
  }
}
