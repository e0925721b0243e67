/// The types of the families of which a sample may be kept, and the `# TYPE` lines that told them.
struct FamilyTypes {
  private var types: [String: MetricType] = [:]
  /// The lines of the previous scrape, in their order: as long as they come again, `types` stands.
  private(set) var lines = LineOrder()

  /// Forgets what is known: the lines of this scrape are not those of the previous one.
  mutating func removeAll() {
    types = [:]
    lines = LineOrder()
  }

  mutating func set(_ type: MetricType, ofFamily family: String) { types[family] = type }

  /// Takes over the first lines of the previous scrape.
  mutating func append(_ earlier: LineOrder, _ range: Range<Int>) { lines.append(earlier, range) }

  /// Notes that the line at `range` stood in the scrape.
  mutating func append(_ range: Range<Int>, of body: BodyBytes) {
    lines.append(range, of: body, series: 0)
  }

  /// The type of the family that a sample of this name belongs to.
  func type(ofSample name: String, in format: ExpositionFormat) -> MetricType {
    if let type = types[name], type.sampleSuffixes(in: format).contains("") { return type }
    guard let underscore = name.lastIndex(of: "_"), let type = types[String(name[..<underscore])],
      type.sampleSuffixes(in: format).contains(String(name[underscore...]))
    else { return .unknown }
    return type
  }
}
