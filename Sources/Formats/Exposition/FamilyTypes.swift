/// The types of the families of which a sample may be kept.
struct FamilyTypes {
  private var types: [String: MetricType] = [:]

  mutating func removeAll() { types.removeAll(keepingCapacity: true) }

  mutating func set(_ type: MetricType, ofFamily family: String) { types[family] = type }

  /// The type of the family that a sample of this name belongs to.
  func type(ofSample name: String, in format: ExpositionFormat) -> MetricType {
    if let type = types[name], type.sampleSuffixes(in: format).contains("") { return type }
    guard let underscore = name.lastIndex(of: "_"), let type = types[String(name[..<underscore])],
      type.sampleSuffixes(in: format).contains(String(name[underscore...]))
    else { return .unknown }
    return type
  }
}
