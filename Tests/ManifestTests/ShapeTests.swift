import Manifest
import Testing
import YAMLSource

@Suite struct ShapeTests {
  @Test func shapesAreFound() { #expect(Shape.all.count > 500) }

  /// Sealing and opening give back the exact bytes, and the sealed text says the same but for the
  /// values, however long the tokens are.
  @Test(arguments: Shape.all) func bytesComeBack(_ shape: Shape) throws {
    let manifest = try Manifest(shape.text)
    if let entries = shape.entries {
      #expect(manifest.units.map { $0.entries.map(\.name) } == entries)
    }
    for count in [9, 40, 2_000] {
      #expect(try RoundTrip.problems(manifest, tokenByteCount: count) == [])
    }
  }
}
