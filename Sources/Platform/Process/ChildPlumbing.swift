internal import Glibc

/// The ends of a child's streams: those it gets, and those we keep.
final class ChildPlumbing {
  /// The child's descriptors and which of ours each is.
  private(set) var mapping: [(target: Int32, source: Int32)] = []
  private var ours: (input: Int32?, output: Int32?, errors: Int32?)
  private var toClose: [Int32] = []

  init(_ streams: ChildStreams) throws(PlatformError) {
    ours.input = try connect(streams.input, STDIN_FILENO, O_RDONLY)
    ours.output = try connect(streams.output, STDOUT_FILENO, O_WRONLY)
    ours.errors = try connect(streams.errors, STDERR_FILENO, O_WRONLY)
    for (target, source) in streams.passed.sorted(by: { $0.key < $1.key }) {
      mapping.append((target, source))
    }
  }

  deinit {
    for number in toClose + [ours.input, ours.output, ours.errors].compactMap({ $0 }) {
      _ = close(number)
    }
  }

  /// Our ends, which are the caller's from now on.
  func takeOurs() -> (input: Int32?, output: Int32?, errors: Int32?) {
    defer { ours = (nil, nil, nil) }
    return ours
  }

  private func connect(
    _ stream: ChildStream, _ target: Int32, _ access: Int32
  ) throws(PlatformError) -> Int32? {
    switch stream {
    case .inherited: return nil
    case .descriptor(let source):
      mapping.append((target, source))
      return nil
    case .null:
      let null = try Descriptor.open("/dev/null", access).release()
      toClose.append(null)
      mapping.append((target, null))
      return nil
    case .pipe:
      let pipe = try Descriptor.pipe()
      let (theirs, mine) =
        access == O_RDONLY ? (pipe.reader, pipe.writer) : (pipe.writer, pipe.reader)
      toClose.append(theirs)
      mapping.append((target, theirs))
      return mine
    }
  }
}
