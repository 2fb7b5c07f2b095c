/// Numbers of which some turn out to be the same (Galler and Fischer, 1964).
struct DisjointSets: Sendable {
  private var parents: [Int] = []

  /// A number that is the same as no other.
  mutating func add() -> Int {
    parents.append(parents.count)
    return parents.count - 1
  }

  /// What all that are the same have in common: the lowest of them.
  func root(_ number: Int) -> Int {
    var number = number
    while parents[number] != number { number = parents[number] }
    return number
  }

  /// Makes two the same.
  mutating func join(_ first: Int, _ second: Int) {
    let (left, right) = (root(first), root(second))
    let (low, high) = (min(left, right), max(left, right))
    parents[high] = low
    for var number in [first, second] {
      while parents[number] != number {
        let next = parents[number]
        parents[number] = low
        number = next
      }
    }
  }
}
