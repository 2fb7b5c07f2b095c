internal import Glibc

/// Calls a C function again for as long as signals interrupt it; throws when it gives -1.
@discardableResult
func checked<Result: FixedWidthInteger & SignedInteger>(
  _ operation: @autoclosure () -> String, path: @autoclosure () -> String? = nil,
  _ body: () -> Result
) throws(PlatformError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let error = errno
    if error != EINTR { throw PlatformError(errno: error, operation(), path: path()) }
  }
}

/// Like `checked`, with the path as a C string; a path that C would cut short is refused.
@discardableResult
func checkedPath<Result: FixedWidthInteger & SignedInteger>(
  _ operation: @autoclosure () -> String, _ path: String, shownAs shown: String? = nil,
  _ body: (UnsafePointer<CChar>) -> Result
) throws(PlatformError) -> Result {
  let isWhole = unsafe path.withCString { unsafe strlen($0) } == path.utf8.count
  guard !path.isEmpty, isWhole else {
    throw PlatformError(.invalidName, operation(), path: shown ?? path)
  }
  return try checked(operation(), path: shown ?? path) {
    unsafe path.withCString { unsafe body($0) }
  }
}
