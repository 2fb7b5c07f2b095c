/// The keys and values of a mapping, one pair after the other.
public struct NodePairs: Sequence, IteratorProtocol {
  private let records: [NodeRecord]
  private var place: Int32
  private let end: Int32

  init(records: [NodeRecord], from start: Int32, to end: Int32) {
    self.records = records
    place = start
    self.end = end
  }

  public mutating func next() -> (key: NodeID, value: NodeID)? {
    guard place < end else { return nil }
    let key = place
    let value = records[Int(key)].next
    guard value < end else { return nil }
    place = records[Int(value)].next
    return (NodeID(index: key), NodeID(index: value))
  }
}
