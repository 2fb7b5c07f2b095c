/// Makes small bbolt databases, good and bad ones, with pages of 512 bytes.
struct BoltBuilder {
  static let pageSize = 512

  /// Pages by number, from 2 on.
  var pages: [Int: [UInt8]] = [:]
  var root = 2
  /// The first page that is not there; nil for what `pages` have.
  var limit: Int?

  struct Element {
    var isBucket = false
    var key: [UInt8]
    var value: [UInt8]
  }

  static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func header(_ id: Int, _ flags: Int, _ count: Int, overflow: Int) -> [UInt8] {
    number(id, 8) + number(flags, 2) + number(count, 2) + number(overflow, 4)
  }

  static func leaf(_ id: Int, _ elements: [Element], isInline: Bool = false) -> [UInt8] {
    var heads: [UInt8] = []
    var bodies: [UInt8] = []
    for (index, element) in elements.enumerated() {
      let position = (elements.count - index) * 16 + bodies.count
      heads += number(element.isBucket ? 1 : 0, 4) + number(position, 4)
      heads += number(element.key.count, 4) + number(element.value.count, 4)
      bodies += element.key + element.value
    }
    let length = 16 + heads.count + bodies.count
    let overflow = isInline ? 0 : (length - 1) / pageSize
    let page = header(id, 2, elements.count, overflow: overflow) + heads + bodies
    guard !isInline else { return page }
    return page + [UInt8](repeating: 0, count: (overflow + 1) * pageSize - page.count)
  }

  static func branch(_ id: Int, _ children: [(key: [UInt8], page: Int)]) -> [UInt8] {
    var heads: [UInt8] = []
    var bodies: [UInt8] = []
    for (index, child) in children.enumerated() {
      heads += number((children.count - index) * 16 + bodies.count, 4)
      heads += number(child.key.count, 4) + number(child.page, 8)
      bodies += child.key
    }
    let page = header(id, 1, children.count, overflow: 0) + heads + bodies
    return page + [UInt8](repeating: 0, count: max(pageSize - page.count, 0))
  }

  /// A bucket by its root page.
  static func bucket(_ name: String, root: Int) -> Element {
    Element(isBucket: true, key: Array(name.utf8), value: number(root, 8) + number(0, 8))
  }

  /// A bucket within its parent's page.
  static func inline(_ name: String, _ elements: [Element]) -> Element {
    Element(
      isBucket: true, key: Array(name.utf8),
      value: number(0, 16) + leaf(0, elements, isInline: true))
  }

  /// A revision as etcd writes it; a nil value deletes the key.
  static func revision(_ main: Int, _ key: String, _ value: String?) -> Element {
    let name =
      number(main, 8).reversed() + [0x5f] + number(0, 8)
      + (value == nil ? [0x74] : [])
    var record: [UInt8] = [0x0a, UInt8(key.utf8.count)] + key.utf8
    if let value {
      record += [0x10, UInt8(main & 0x7f), 0x18, UInt8(main & 0x7f), 0x20, 1]
      record += [0x2a, UInt8(value.utf8.count)] + value.utf8
    }
    return Element(key: Array(name), value: record)
  }

  /// The database.
  var bytes: [UInt8] {
    var pageLimit = 2
    for (id, page) in pages { pageLimit = max(pageLimit, id + page.count / Self.pageSize) }
    var file = [UInt8](repeating: 0, count: pageLimit * Self.pageSize)
    for id in 0..<2 { replace(&file, id, meta(id, limit ?? pageLimit)) }
    for (id, page) in pages { replace(&file, id, page) }
    return file
  }

  private func replace(_ file: inout [UInt8], _ id: Int, _ page: [UInt8]) {
    let start = id * Self.pageSize
    file.replaceSubrange(start..<start + page.count, with: page)
  }

  private func meta(_ id: Int, _ limit: Int) -> [UInt8] {
    var body = Self.number(0xed0c_daed, 4) + Self.number(2, 4) + Self.number(Self.pageSize, 4)
    body += Self.number(0, 4) + Self.number(root, 8) + Self.number(0, 8)
    body += [UInt8](repeating: 0xff, count: 8) + Self.number(limit, 8) + Self.number(7 + id, 8)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    body += Self.number(Int(bitPattern: UInt(hash)), 8)
    return Self.header(id, 4, 0, overflow: 0) + body
  }

  /// A small database with every kind of page, and something in each.
  static var sample: BoltBuilder {
    var builder = BoltBuilder()
    let plain = "k8s\u{0}\n\u{c}\n\u{2}v1\u{12}\u{6}Secret"
    builder.pages[2] = leaf(
      2,
      [
        bucket("key", root: 3), inline("lease", []),
        inline(
          "meta", [Element(key: Array("consistent_index".utf8), value: number(1 << 56, 8))]),
      ])
    let low = revision(2, "/registry/secrets/n/a", plain)
    let high = revision(40, "/registry/secrets/n/a", "k8s:enc:aescbc:v1:k:0123456789abcdef")
    builder.pages[3] = branch(3, [(low.key, 4), (high.key, 5)])
    builder.pages[4] = leaf(
      4, [low, revision(3, "/registry/configmaps/n/b", "{}"), revision(4, "/registry/x/y", plain)])
    let long = String(repeating: "x", count: 90)
    builder.pages[5] = leaf(
      5,
      [high, revision(41, "/registry/configmaps/n/b", nil)]
        + (50..<60).map { revision($0, "/registry/leases/n/\($0)", long) })
    builder.pages[9] = leaf(9, [revision(1, "/registry/secrets/n/gone", plain)])
    return builder
  }
}
