internal import Formats
internal import TimeSeries

/// The figures and sentences of a difference, for a person.
struct DiffText {
  let difference: HeapDifference

  init(_ difference: HeapDifference) {
    self.difference = difference
  }

  /// "+412 MiB", "−3 KiB", "+1204".
  func growth(_ counts: GrownCounts) -> String {
    difference.isInBytes ? Self.signedBytes(counts.bytes.delta) : Self.signed(counts.objects.delta)
  }

  static func signedBytes(_ bytes: Int64) -> String {
    bytes > 0 ? "+\(ByteCount(Double(bytes)))" : ByteCount(Double(bytes)).description
  }

  static func signed(_ count: Int64) -> String {
    count > 0 ? "+\(count)" : count < 0 ? "−\(count.magnitude)" : "0"
  }

  /// "pprof profile, inuse_space: 12 MiB → 424 MiB in 1 h 2 min, 3102 more objects".
  var summary: String {
    let total = difference.total
    let measure = difference.measures.bytes ?? difference.measures.objects ?? ""
    var text = "\(difference.kind.title), \(measure): "
    if difference.isInBytes {
      text += "\(ByteCount(Double(total.old.bytes))) → \(ByteCount(Double(total.new.bytes)))"
      text += " (\(Self.signedBytes(total.bytes.delta)))"
    } else {
      text += "\(total.old.objects) → \(total.new.objects) (\(Self.signed(total.objects.delta)))"
    }
    if difference.isInBytes, difference.measures.objects != nil {
      text += ", \(Self.signed(total.objects.delta)) \(difference.measures.objects ?? "")"
    }
    if let before = difference.oldTakenAt, let after = difference.newTakenAt {
      text += ", \(after - before) apart"
    }
    return text
  }

  /// Which build the profiles are of, and what is of another one in NEW.
  var builds: [String] {
    if difference.buildChanges.isEmpty {
      guard let build = difference.newBuild, difference.oldBuild != nil else { return [] }
      return ["Both are of build \(build.id) of \(build.name)."]
    }
    return difference.buildChanges.map { change in
      let name =
        change.old.name == change.new.name
        ? change.old.name : "\(change.old.name), now \(change.new.name),"
      return
        "\(name) is another build in NEW (\(change.new.id)) than in OLD (\(change.old.id)): what was "
        + "renamed or moved looks as if it grew."
    }
  }

  /// What to make of it; nil where the rows say it.
  var conclusion: String? {
    if difference.growers.isEmpty { return "Nothing grew." }
    guard let period = difference.measures.samplingPeriodBytes, difference.isInBytes else {
      return nil
    }
    if !difference.hasSignificantGrowth {
      return "Nothing grew beyond the sampling error: one block in about "
        + "\(ByteCount(period)) is recorded, and growth as small as this comes by chance."
    }
    return nil
  }

  /// Growth that may be chance is marked.
  func certainty(_ site: HeapDifference.Site) -> String {
    guard let error = site.samplingError, difference.isInBytes, error > 0 else { return "" }
    return "± \(ByteCount(error * 2))"
  }
}
