import CryptoCore
import EncryptionAtRest
import EtcdSnapshot
import FuzzSupport

/// Reads arbitrary bytes as the pages of an etcd database, as an object, and as files with keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    var options = CensusOptions()
    options.checksDigest = false
    options.rules = Known.rules
    options.listing = .all
    options.wantsDigests = true
    for file in [bytes.array, Known.database(bytes.array)] {
      do throws(SnapshotError) {
        var listed = 0
        let report = try Census.take(of: SnapshotMemory(file), options) { _ in
          listed += 1
          return true
        }
        let counted = report.liveCount + report.supersededCount + report.tombstoneCount
        if counted != listed { finding("\(listed) revisions listed, \(counted) counted") }
      } catch {
        if error.code == .damagedPage, error.page == nil { finding("a page without a number") }
      }
    }
    let rendered = RenderedObject(bytes)
    if rendered.bytes.isEmpty, !bytes.isEmpty { finding("nothing was rendered") }
    // The same as protobuf, whose mark no fuzzer keeps in front.
    let stored = Array("k8s\0".utf8) + bytes.array
    let object = RenderedObject(stored.span)
    if object.bytes.isEmpty { finding("nothing was rendered of protobuf") }
    _ = try? EncryptedObject(bytes, in: 0..<bytes.count)
    _ = StoragePath(bytes, prefix: Array("/registry".utf8))
    _ = try? ProviderRules.read(bytes)
    _ = try? KMSKeys.read(bytes)
  }
}

enum Known {
  static let rules: ProviderRules? = {
    let text = """
      kind: EncryptionConfiguration
      resources:
      - resources: [secrets]
        providers:
        - aescbc: {keys: [{name: k, secret: AAAAAAAAAAAAAAAAAAAAAA==}]}
        - identity: {}
      """
    return try? ProviderRules.read(Array(text.utf8).span)
  }()

  /// The input as pages of 512 bytes behind meta pages whose checksums hold: no fuzzer finds those.
  static func database(_ input: [UInt8]) -> [UInt8] {
    let pageSize = 512
    let body = input + [UInt8](repeating: 0, count: (pageSize - input.count % pageSize) % pageSize)
    var file: [UInt8] = []
    for id in 0..<2 {
      var meta = number(0xed0c_daed, 4) + number(2, 4) + number(pageSize, 4) + number(0, 4)
      meta += number(2, 8) + number(0, 8) + [UInt8](repeating: 0xff, count: 8)
      meta += number(2 + body.count / pageSize, 8) + number(id, 8)
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in meta { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      meta += number(Int(bitPattern: UInt(hash)), 8)
      let page = number(id, 8) + number(4, 2) + number(0, 6) + meta
      file += page + [UInt8](repeating: 0, count: pageSize - page.count)
    }
    return file + body
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
