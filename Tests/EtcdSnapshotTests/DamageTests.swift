import EncryptionAtRest
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// Damaged and hostile databases: an error that names the page, never a crash or a hang.
@Suite struct DamageTests {
  static let pageSize = 4096

  /// The census of some bytes, without comparing the digest unless asked.
  private func take(_ bytes: [UInt8], checksDigest: Bool = false) throws(SnapshotError)
    -> CensusReport
  {
    var options = CensusOptions()
    options.checksDigest = checksDigest
    return try Census.take(of: SnapshotMemory(bytes), options)
  }

  private func failure(_ bytes: [UInt8], checksDigest: Bool = false) -> SnapshotError? {
    do throws(SnapshotError) {
      _ = try take(bytes, checksDigest: checksDigest)
      return nil
    } catch { return error }
  }

  @Test func truncatedAtEveryPage() throws {
    let bytes = try EtcdFixture(name: "mixed-rotation").bytes()
    let pages = bytes.count / Self.pageSize
    try #require(pages == 85)
    for page in 0..<pages {
      for extra in [0, 32, 100, 512] {
        let cut = Array(bytes.prefix(page * Self.pageSize + extra))
        let error = try #require(failure(cut, checksDigest: true), "\(page) and \(extra)")
        #expect([.notDatabase, .damagedPage].contains(error.code), "\(page): \(error)")
        if page > 1 { #expect(error.page == UInt64(page), "\(error)") }
      }
    }
    // The digest alone cut off: a raw database.
    #expect(failure(Array(bytes.dropLast(32))) == nil)
    #expect(failure(Array(bytes.dropLast(1)), checksDigest: true) == nil)
  }

  @Test func flippedBytesAreNoticedByTheDigest() throws {
    let bytes = try EtcdFixture(name: "mixed-rotation").bytes()
    for place in stride(from: 100, to: bytes.count, by: 1999) {
      var damaged = bytes
      damaged[place] ^= 0x20
      let error = try #require(failure(damaged, checksDigest: true), "\(place)")
      #expect([.wrongDigest, .damagedPage, .notEtcd].contains(error.code), "\(place): \(error)")
    }
  }

  /// Every byte of page headers and elements, with values that lead astray.
  @Test func flippedBytesOfHeaders() throws {
    let bytes = try EtcdFixture(name: "mixed-rotation").bytes()
    var refused = 0
    for page in 0..<85 {
      // Each byte's turn comes on one page in five.
      for offset in stride(from: page % 5, to: 48, by: 5) {
        for value: UInt8 in [1, 0xff] {
          var damaged = bytes
          let place = page * Self.pageSize + offset
          if damaged[place] == value { continue }
          damaged[place] = value
          if let error = failure(damaged) {
            refused += 1
            #expect(error.code == .notEtcd || error.page != nil, "\(error)")
          }
        }
      }
    }
    #expect(refused > 500)
  }

  /// A page that leads back up, and one that two others lead to.
  @Test func cycles() throws {
    let bytes = try EtcdFixture(name: "large").bytes()
    let branches = (2..<bytes.count / Self.pageSize).filter { page in
      let start = page * Self.pageSize
      return bytes[start + 8] == 1 && bytes[start + 9] == 0 && bytes[start] == UInt8(page & 0xff)
    }
    try #require(branches.count > 20)
    var found = 0
    for branch in branches.prefix(6) {
      for target in [branch, branches[0], branches[branches.count / 2]] {
        var damaged = bytes
        let place = branch * Self.pageSize + 16 + 8
        for index in 0..<8 {
          damaged[place + index] = UInt8(truncatingIfNeeded: target >> (8 * index))
        }
        if let error = failure(damaged) {
          found += 1
          #expect(error.code == .damagedPage)
          #expect(error.page != nil)
        }
      }
    }
    #expect(found > 6)
  }

  @Test func oneDamagedMetaPageIsEnough() throws {
    let bytes = try EtcdFixture(name: "mixed-rotation").bytes()
    let whole = try take(bytes)
    for page in 0..<2 {
      var damaged = bytes
      damaged[page * Self.pageSize + 40] ^= 1
      let report = try take(damaged)
      #expect(report.metaProblem == "page \(page): its checksum is wrong")
      // The other one is a transaction older, or newer.
      #expect(report.liveCount > 250)
      #expect(report.liveCount <= whole.liveCount)
    }
    var damaged = bytes
    damaged[40] ^= 1
    damaged[Self.pageSize + 40] ^= 1
    let error = try #require(failure(damaged))
    #expect(error.code == .damagedPage)
  }

  @Test(arguments: [0, 1, 31, 32, 80, 512, 4096, 65_568])
  func otherFiles(_ count: Int) throws {
    let noise = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let error = try #require(failure(noise))
    #expect(error.code == .notDatabase)
    #expect(failure(Array(repeating: 0, count: count))?.code == .notDatabase)
  }

  @Test func changedWhileRead() throws {
    let source = EtcdFixture(name: "mixed-rotation").path
    let path = EtcdFixture.folder.appending(path: "changing.db").path
    try Shell.run("cp '\(source)' '\(path)'")
    let file = try SnapshotFile(path)
    // What would kill a reader of a mapped file.
    try Shell.run("truncate -s 8192 '\(path)'")
    do throws(SnapshotError) {
      _ = try Census.take(of: file, CensusOptions())
      Issue.record("it was read")
    } catch { #expect(error.code == .changedUnderUs) }
    try Shell.run("cp '\(source)' '\(path)'")
    let second = try SnapshotFile(path)
    try Shell.run("printf x | dd of='\(path)' bs=1 seek=40 conv=notrunc status=none")
    do throws(SnapshotError) {
      _ = try Census.take(of: second, CensusOptions())
      Issue.record("it was read")
    } catch { #expect(error.code == .changedUnderUs || error.code == .wrongDigest) }
  }
}
