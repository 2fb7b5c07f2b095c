internal import Platform
internal import Synchronization

/// Credentials that were fetched, and failures to fetch some: asked for once, not for every file.
final class TimedCache<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let result: Result<Value, CloudError>
    let time: Int
  }

  /// Shorter than what any service gives credentials for.
  private static var lifetime: Int { 240 }
  private static var maximumCount: Int { 256 }
  private let entries = Mutex<[[String]: Entry]>([:])

  /// What was fetched lately under a name, or else is fetched now; others wait meanwhile.
  func value(
    for name: [String], fetch: () throws(CloudError) -> Value
  ) throws(CloudError) -> Value {
    let result = entries.withLock { entries -> Result<Value, CloudError> in
      let now = WallClock.seconds()
      if let entry = entries[name], (0..<Self.lifetime).contains(now - entry.time) {
        return entry.result
      }
      let result: Result<Value, CloudError>
      do throws(CloudError) { result = .success(try fetch()) } catch { result = .failure(error) }
      // A bound for a service that is asked by others.
      if entries.count >= Self.maximumCount { entries = [:] }
      entries[name] = Entry(result: result, time: now)
      return result
    }
    return try result.get()
  }
}
