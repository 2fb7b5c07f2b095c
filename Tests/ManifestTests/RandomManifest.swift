import TestSupport

/// Writes manifests with Secrets, every style mixed with every other.
///
/// Not all of them are YAML: styles meet where they may not. Most are.
struct RandomManifest {
  private var random: SeededGenerator
  private var text = ""
  private var anchors = 0

  static func bytes(seed: UInt64) -> [UInt8] {
    var manifest = RandomManifest(random: SeededGenerator(seed: seed))
    return manifest.make()
  }

  private init(random: SeededGenerator) { self.random = random }

  private mutating func make() -> [UInt8] {
    if random.chance(20) {
      let count = Int.random(in: 1...3, using: &random)
      text += "apiVersion: v1\nkind: List\nitems:\n"
      let outer = random.pick(["", "  "])
      for _ in 0..<count {
        comment(0)
        secret(indentation: outer.count + 2, firstPrefix: outer + "- ")
      }
    } else {
      for index in 0..<Int.random(in: 1...3, using: &random) {
        if index > 0 || random.chance(30) {
          text += random.pick(["---\n", "--- # c\n", "...\n---\n", "---\n\n"])
        }
        comment(0)
        if random.chance(15) {
          text += "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n"
          continue
        }
        let indentation = random.chance(85) ? 0 : Int.random(in: 1...3, using: &random)
        secret(
          indentation: indentation, firstPrefix: String(repeating: " ", count: indentation))
      }
    }
    if random.chance(30), text.hasSuffix("\n") { text.removeLast() }
    return encode()
  }

  private mutating func encode() -> [UInt8] {
    var result = text
    switch Int.random(in: 0..<10, using: &random) {
    case 0: result = result.replacing("\n", with: "\r\n")
    case 1: result = result.replacing("\n", with: "\r")
    case 2:
      var mixed = ""
      for character in result {
        mixed.append(
          character == "\n"
            ? random.pick(["\n", "\n", "\r\n", "\r", "\u{85}", "\u{2028}"]) : String(character))
      }
      result = mixed
    default: break
    }
    return Array(((random.chance(10) ? "\u{feff}" : "") + result).utf8)
  }

  private mutating func secret(indentation: Int, firstPrefix: String) {
    if random.chance(12) {
      text += firstPrefix + flowSecret() + "\n"
      return
    }
    var fields = [0, 1, 2, 3, 4, 5].filter { $0 < 3 || random.chance(70) }
    fields.shuffle(using: &random)
    let blanks = String(repeating: " ", count: indentation)
    for (index, field) in fields.enumerated() {
      let prefix = index == 0 ? firstPrefix : blanks
      switch field {
      case 0: text += prefix + "apiVersion: v1" + end()
      case 1: text += prefix + "kind: Secret" + end()
      case 2: metadata(prefix, indentation)
      case 3: mapping("data", prefix, indentation)
      case 4: mapping("stringData", prefix, indentation)
      default: text += prefix + "type: Opaque" + end()
      }
      comment(indentation)
    }
  }

  private mutating func metadata(_ prefix: String, _ indentation: Int) {
    if random.chance(15) {
      text += prefix + "metadata: {name: db\(random.pick(["", ", annotations: {}", ", x: ", ","]))}"
      text += end()
      return
    }
    text += prefix + "metadata:" + end()
    let inner = indentation + Int.random(in: 1...4, using: &random)
    let blanks = String(repeating: " ", count: inner)
    var fields = ["name: db"]
    if random.chance(30) { fields.append("labels:\n\(blanks) x: y") }
    if random.chance(20) { fields.append("note: " + scalar(inner)) }
    if random.chance(60) {
      fields.append(
        random.pick([
          "annotations:", "annotations: {}", "annotations: {x: y, z: w}", "annotations: &n",
          "annotations:\n\(blanks)  x: y", "annotations: # c\n\(blanks)    x: y # c",
          "annotations:\n\(blanks)  x: " + scalar(inner + 2),
        ]))
    }
    fields.shuffle(using: &random)
    for field in fields {
      text += blanks + field + end()
      comment(inner)
    }
  }

  private mutating func mapping(_ name: String, _ prefix: String, _ indentation: Int) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: text += prefix + name + ": {a: x, 'b': \"y\", c: , d}" + end()
    case 1: text += prefix + name + ":" + end()
    case 2:
      text += prefix + name + random.pick([": {}", ": null", ": {\n a: x, # c\n b: 'y' }"]) + end()
    default:
      text += prefix + name + ":" + end()
      let inner = indentation + Int.random(in: 1...4, using: &random)
      let blanks = String(repeating: " ", count: inner)
      for index in 0..<Int.random(in: 1...5, using: &random) {
        comment(inner)
        let key = random.pick(["k\(index)", "'k \(index)'", "\"k\(index)\"", ".k-\(index)"])
        if random.chance(10) {
          text += "\(blanks)? \(key)\n\(blanks): \(scalar(inner))" + end()
        } else {
          text += "\(blanks)\(key): \(scalar(inner))" + end()
        }
      }
    }
  }

  private mutating func scalar(_ indentation: Int) -> String {
    var properties = ""
    if random.chance(10) {
      anchors += 1
      properties = "&a\(anchors) "
    }
    if random.chance(5) { properties += "!!str " }
    let blanks = String(repeating: " ", count: indentation + 1)
    let content: String
    switch Int.random(in: 0..<12, using: &random) {
    case 0: content = ""
    case 1: content = "'it''s # x'"
    case 2: content = "\"a\\tb\""
    case 3: content = "one\n\(blanks)two\n\n\(blanks)  three"
    case 4: content = "'one\n\n\(blanks)two'"
    case 5: content = "\"one\\\n\(blanks)two\""
    case 6: content = anchors > 0 ? "*a\(anchors)" : "x"
    case 7, 8: content = block(indentation)
    case 9: content = "\n\(blanks)next"
    default: content = random.pick(["YWJj", "plain text", "a#b", "null", "12", "é 😀"])
    }
    return content.first == "*" ? content : properties + content
  }

  private mutating func block(_ indentation: Int) -> String {
    let depth = Int.random(in: 1...4, using: &random)
    let blanks = String(repeating: " ", count: indentation + depth)
    let digit = random.chance(40) ? String(depth) : ""
    let chomping = random.pick(["", "", "-", "+"])
    let header =
      random.pick(["|", ">"]) + (random.chance(50) ? digit + chomping : chomping + digit)
      + (random.chance(20) ? " # c" : "")
    var lines = ["\(blanks)x"]
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      lines.append(
        random.pick(["\(blanks)y", "\(blanks) z ", "", " ", blanks + "  ", "\(blanks)# w"]))
    }
    return header + "\n" + lines.joined(separator: "\n")
  }

  private mutating func flowSecret() -> String {
    let blank = random.pick([" ", "\n    ", "  "])
    return "{apiVersion: v1,\(blank)kind: Secret, metadata: {name: db}, data: {"
      + random.pick(["", "a: x", "a: 'x',\(blank)b: ", "\"a\":\"x\",\(blank)c", "a: &x y, b: *x"])
      + "}\(blank)}"
  }

  /// What ends a line.
  private mutating func end() -> String {
    random.pick(["\n", "\n", "\n", "\n", " # c\n", "  \n", "\n\n", "\n   \n"])
  }

  private mutating func comment(_ indentation: Int) {
    guard random.chance(20) else { return }
    let column = max(0, indentation + Int.random(in: -2...4, using: &random))
    text += String(repeating: " ", count: column) + "# comment" + random.pick(["\n", "\n\n"])
  }
}
