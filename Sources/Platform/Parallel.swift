internal import CPlatform
internal import Glibc
internal import Synchronization

/// The same work on many items, on all cores.
public enum Parallel {
  /// How many cores this process may use; at least 1.
  public static var availableCores: Int { Int(sealwax_usable_cores()) }

  /// Runs `body` for 0 ..< `count`, in order of start, on `workers` threads, and waits for all.
  ///
  /// Each worker makes its own state on its own thread (cipher contexts, arenas) and keeps it to the
  /// end. One of the workers is the calling thread; when no more threads can be had, fewer work.
  /// Errors are the caller's: `body` records them in a place of the caller's choice.
  public static func forEach<State: ~Copyable>(
    count: Int, workers: Int = availableCores,
    makeState: @Sendable (_ worker: Int) -> State,
    body: @Sendable (_ index: Int, _ state: inout State) -> Void
  ) {
    let items = Items(count: count)
    onThreads(min(workers, count)) { worker in
      var state = makeState(worker)
      while let index = items.take() { body(index, &state) }
    }
  }

  /// Begins the work of `forEach` on other threads, one for each core but the caller's.
  ///
  /// - Returns: What has to be finished: until then the caller may do something else.
  public static func begin<State: ~Copyable>(
    count: Int, makeState: @escaping @Sendable (_ worker: Int) -> State,
    body: @escaping @Sendable (_ index: Int, _ state: inout State) -> Void
  ) -> ParallelWork {
    let items = Items(count: count)
    return ParallelWork(workers: min(availableCores, count)) { worker in
      // Whoever comes late finds nothing left, and needs no state for it.
      guard let first = items.take() else { return }
      var state = makeState(worker)
      body(first, &state)
      while let index = items.take() { body(index, &state) }
    }
  }

  /// Hands out 0 ..< `count`, each once.
  private final class Items: Sendable {
    private let next = Atomic<Int>(0)
    private let count: Int

    init(count: Int) { self.count = count }

    func take() -> Int? {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }
  }

  /// Runs `body` for 0 ..< `count` on `workers` threads, telling it which worker (from 0) runs it.
  public static func forEach(
    count: Int, workers: Int = availableCores,
    body: @Sendable (_ index: Int, _ worker: Int) -> Void
  ) {
    forEach(count: count, workers: workers, makeState: { $0 }) { index, worker in
      body(index, worker)
    }
  }

  /// Runs `body` on a thread of its own and does not wait for it; without a thread to be had it is
  /// not run at all.
  public static func inBackground(_ body: @escaping @Sendable () -> Void) {
    Thread(body)?.detach()
  }

  private static func onThreads(_ count: Int, _ work: @Sendable (Int) -> Void) {
    guard count > 0 else { return }
    withoutActuallyEscaping(work) { work in
      let threads = (1..<max(count, 1)).compactMap { worker in Thread { work(worker) } }
      work(0)
      for thread in threads { thread.join() }
    }
  }
}
