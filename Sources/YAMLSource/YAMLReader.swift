internal import CryptoCore

/// Reads YAML: libyaml says what the nodes are, this finds the exact bytes of their parts.
enum YAMLReader {
  static func read(_ bytes: Span<UInt8>, limits: SourceLimits) throws(SourceError) -> SourceTree {
    let lines = LineTable(bytes)
    if bytes.count >= 2,
      (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)
    {
      throw SourceError(
        .encoding, "the text is UTF-16; convert it to UTF-8", at: lines.position(of: 0, in: bytes))
    }
    let hasMark = bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
    let base = hasMark ? 3 : 0
    // No throwing through the C call's closure with a tree that cannot be copied: keep the result.
    var result: SourceTree?
    var failure: SourceError?
    unsafe bytes.extracting(base...).withUnsafeBufferPointer { text in
      do throws(SourceError) {
        guard let parser = unsafe LibYAMLParser(text) else {
          throw SourceError(
            .outOfMemory, "there is no memory for the parser",
            at: SourcePosition(offset: 0, line: 1, column: 1))
        }
        result = try readTree(parser, bytes: bytes, base: base, lines: lines, limits: limits)
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard let result else {
      throw SourceError(.syntax, "not YAML", at: lines.position(of: 0, in: bytes))
    }
    return result
  }

  private static func readTree(
    _ libYAML: consuming LibYAMLParser, bytes: Span<UInt8>, base: Int, lines: LineTable,
    limits: SourceLimits
  ) throws(SourceError) -> SourceTree {
    var parser = libYAML
    let marks = MarkMap(bytes, base: base)
    var builder = TreeBuilder(byteCount: bytes.count, limits: limits, syntax: .yaml)
    var documents: [SourceDocument] = []
    var documentStart = base
    var rootIndex: Int32?
    var anchors: [String: Int32] = [:]
    reading: while true {
      var value: (start: Int32, end: Int32) = (0, 0)
      let event: LibYAMLParser.Event
      do {
        event = try parser.next { span in value = builder.keep(span) }
      } catch {
        let offset =
          error.isEncoding ? base + error.mark : marks.offset(error.mark, in: bytes)
        throw SourceError(
          error.isEncoding ? .encoding : .syntax, error.problem,
          at: lines.position(of: offset, in: bytes))
      }
      let start = marks.offset(event.start, in: bytes)
      let end = marks.offset(event.end, in: bytes)
      do throws(TreeLimit) {
        switch event.kind {
        case .streamStart: break
        case .streamEnd: break reading
        case .documentStart:
          documentStart = start
          anchors.removeAll()
          rootIndex = nil
        case .documentEnd:
          var root: NodeID?
          if let rootIndex, !isNothing(builder.records[Int(rootIndex)]) {
            root = NodeID(index: rootIndex)
          }
          documents.append(
            SourceDocument(root: root, range: min(documentStart, end)..<end))
        case .alias:
          try builder.countAlias()
          var node = NodeRecord(kind: .alias)
          node.start = Int32(start)
          node.contentStart = Int32(start)
          node.end = Int32(end)
          guard let name = event.anchor, let target = anchors[name] else {
            throw TreeLimit(
              code: .undefinedAlias, message: "an alias to an anchor that is not there")
          }
          node.valueStart = target
          _ = try builder.add(node)
        case .scalar(let style):
          var node = Self.node(
            .scalar(style), event: event, start: start, end: end, bytes: bytes,
            isInFlow: builder.isInFlow)
          node.valueStart = value.start
          node.valueEnd = value.end
          finishScalar(&node, style: style, event: event, key: builder.pendingKey, bytes: bytes)
          let index = try builder.add(node)
          if let name = event.anchor { anchors[name] = index }
          if builder.depth == 0 { rootIndex = index }
        case .mappingStart(let isFlow), .sequenceStart(let isFlow):
          let kind: Node.Kind
          if case .mappingStart = event.kind {
            kind = .mapping(isFlow: isFlow)
          } else {
            kind = .sequence(isFlow: isFlow)
          }
          let node = Self.node(
            kind, event: event, start: start, end: end, bytes: bytes,
            isInFlow: builder.isInFlow || isFlow)
          if builder.depth == 0 { rootIndex = Int32(builder.records.count) }
          if let name = event.anchor { anchors[name] = Int32(builder.records.count) }
          try builder.begin(node)
        case .mappingEnd, .sequenceEnd:
          var flowEnd: Int32?
          if let current = builder.current {
            let opening = Int(builder.records[Int(current)].contentStart)
            if opening < bytes.count, end > opening,
              (bytes[opening] == UInt8(ascii: "{") && bytes[end - 1] == UInt8(ascii: "}"))
                || (bytes[opening] == UInt8(ascii: "[") && bytes[end - 1] == UInt8(ascii: "]")),
              isFlow(builder.records[Int(current)].kind)
            {
              flowEnd = Int32(end)
            }
          }
          builder.end(flowEnd: flowEnd)
        }
      } catch {
        throw SourceError(error.code, error.message, at: lines.position(of: start, in: bytes))
      }
    }
    let comments = CommentScanner.comments(in: bytes, from: base, records: builder.records)
    return builder.finish(syntax: .yaml, documents: documents, comments: comments, lines: lines)
  }

  private static func isFlow(_ kind: Node.Kind) -> Bool {
    switch kind {
    case .mapping(let isFlow), .sequence(let isFlow): isFlow
    case .scalar, .alias: false
    }
  }

  /// Whether a document's root is an absent scalar without properties: no content at all.
  private static func isNothing(_ record: NodeRecord) -> Bool {
    record.kind == .scalar(.absent) && record.anchorStart < 0 && record.tagStart < 0
  }

  /// A record with its properties told from its content.
  private static func node(
    _ kind: Node.Kind, event: LibYAMLParser.Event, start: Int, end: Int, bytes: Span<UInt8>,
    isInFlow: Bool
  ) -> NodeRecord {
    var node = NodeRecord(kind: kind)
    node.start = Int32(start)
    node.contentStart = Int32(start)
    node.end = Int32(end)
    var remaining = (event.hasAnchor ? 1 : 0) + (event.hasTag ? 1 : 0)
    var offset = start
    while remaining > 0, offset < bytes.count {
      let first = bytes[offset]
      guard first == UInt8(ascii: "&") || first == UInt8(ascii: "!") else { break }
      let stop = PropertyScanner.end(of: offset, in: bytes, isInFlow: isInFlow)
      if first == UInt8(ascii: "&") {
        (node.anchorStart, node.anchorEnd) = (Int32(offset), Int32(stop))
      } else {
        (node.tagStart, node.tagEnd) = (Int32(offset), Int32(stop))
      }
      node.contentStart = Int32(stop)
      offset = PropertyScanner.skipSeparation(from: stop, in: bytes)
      remaining -= 1
    }
    if remaining == 0, node.contentStart != node.start, end > offset || !kind.isScalar {
      node.contentStart = Int32(offset)
    }
    return node
  }

  /// Settles where a scalar's content stands: absent ones directly behind what is in front of
  /// them, block scalars without their final line break.
  private static func finishScalar(
    _ node: inout NodeRecord, style: ScalarStyle, event: LibYAMLParser.Event, key: NodeRecord?,
    bytes: Span<UInt8>
  ) {
    switch style {
    case .literal, .folded:
      let length = LineBreaks.length(
        before: Int(node.end), from: Int(node.contentStart), in: bytes)
      node.end -= Int32(length)
    case .plain where node.valueStart == node.valueEnd:
      node.kind = .scalar(.absent)
      if event.hasAnchor || event.hasTag {
        let stop = max(node.anchorEnd, node.tagEnd)
        (node.contentStart, node.end) = (stop, stop)
        return
      }
      var place = node.start
      if let key, place > 0, place <= bytes.count,
        bytes[Int(place) - 1] != UInt8(ascii: ":")
          || place <= key.end
      {
        place = key.end
      }
      (node.start, node.contentStart, node.end) = (place, place, place)
    default: break
    }
  }
}

extension Node.Kind {
  /// Whether it is a scalar.
  var isScalar: Bool {
    if case .scalar = self { true } else { false }
  }
}
