internal import Platform
internal import Synchronization

/// The same work on many items, on all cores, with the results in order.
enum ParallelResults {
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @Sendable (Item) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: items.count))
    Parallel.forEach(count: items.count) { index, _ in
      let result = body(items[index])
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
