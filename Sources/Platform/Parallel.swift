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
    let next = Atomic<Int>(0)
    onThreads(min(workers, count)) { worker in
      var state = makeState(worker)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index, &state)
      }
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
