internal import CPlatform
internal import Glibc

/// A thread that runs one closure.
struct Thread {
  private let handle: pthread_t

  /// Starts the thread; nil when the system has none to give.
  init?(_ work: @escaping @Sendable () -> Void) {
    var handle = pthread_t()
    let box = unsafe Unmanaged.passRetained(Work(run: work))
    let result = unsafe sealwax_start_thread(
      &handle,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        sealwax_use_all_cores()
        work.run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      return nil
    }
    self.handle = handle
  }

  /// Waits for the closure to return.
  func join() { pthread_join(handle, nil) }

  /// Lets the thread go on by itself.
  func detach() { pthread_detach(handle) }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
