import Testing

/// One situation that the verdict must get right, made anew for each seed.
struct Scenario: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var make: @Sendable (UInt64) -> [ServiceTrace]

  init(_ name: String, _ make: @escaping @Sendable (UInt64) -> ServiceTrace) {
    testDescription = name
    self.make = { [make($0)] }
  }

  init(_ name: String, services make: @escaping @Sendable (UInt64) -> [ServiceTrace]) {
    testDescription = name
    self.make = make
  }

  static let seeds: [UInt64] = [1, 2, 3]
}
