internal import Platform

/// Reading from a source that may give less than there is room for.
enum SourceReading {
  /// Fills the span unless the end comes first; returns how many bytes came.
  static func fill(
    _ span: inout MutableSpan<UInt8>, _ source: AgeStream.Source
  ) throws(AgeError) -> Int {
    var count = 0
    while count < span.count {
      var rest = span._mutatingExtracting(count...)
      let got: Int
      do { got = try source(&rest) } catch { throw AgeError(error) }
      if got == 0 { break }
      count += got
    }
    return count
  }
}
