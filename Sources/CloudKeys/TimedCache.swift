internal import Platform
internal import Synchronization

/// Credentials that were fetched, and failures to fetch some: asked for once, not for every file.
final class TimedCache<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let result: Result<Value, CloudError>
    let time: Int
  }

  /// What is known under one name; its lock is held while it is fetched.
  private final class Slot: Sendable {
    let entry = Mutex<Entry?>(nil)
  }

  /// Shorter than what any service gives credentials for.
  private static var lifetime: Int { 240 }
  private static var maximumCount: Int { 256 }
  private let slots = Mutex<[[String]: Slot]>([:])

  /// What was fetched lately under a name, or else is fetched now; others who want the same wait
  /// meanwhile.
  func value(
    for name: [String], fetch: () throws(CloudError) -> Value
  ) throws(CloudError) -> Value {
    let result = slot(for: name).entry.withLock { entry -> Result<Value, CloudError> in
      let now = WallClock.seconds()
      if let entry, (0..<Self.lifetime).contains(now - entry.time) { return entry.result }
      let result: Result<Value, CloudError>
      do throws(CloudError) { result = .success(try fetch()) } catch { result = .failure(error) }
      entry = Entry(result: result, time: now)
      return result
    }
    return try result.get()
  }

  private func slot(for name: [String]) -> Slot {
    slots.withLock { slots in
      if let slot = slots[name] { return slot }
      // A bound for a service that is asked by others.
      if slots.count >= Self.maximumCount { slots = [:] }
      let slot = Slot()
      slots[name] = slot
      return slot
    }
  }
}
