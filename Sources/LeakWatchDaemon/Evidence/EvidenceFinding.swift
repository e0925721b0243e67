internal import Alerting
internal import Formats
internal import TimeSeries

/// Two profiles of one process, or three, as evidence: what grew, whether that is more than chance,
/// and whether it goes on.
struct EvidenceFinding {
  struct Taken {
    var at: Timestamp
    var path: String
    var heap: HeapProfile
    /// nil where none was taken.
    var goroutines: HeapProfile?
  }

  private static let mostGrowers = 5
  private static let mostFrames = 16
  private static let mostRetainersTold = 4
  /// Fewer more than before are no finding.
  private static let leastGoroutines: Int64 = 20
  /// Where every object is counted nothing is chance, but a service breathes: growth of less than
  /// this, or than this share of its heap, is no finding.
  private static let leastExactBytes = 1_048_576.0
  private static let leastExactShare = 0.005

  private let taken: [Taken]
  private let difference: HeapDifference
  /// From the second to the third.
  private let later: HeapDifference?
  private let bytesPerDay: Double?
  /// What holds the objects of `topName`, the innermost first; empty where the kind does not tell.
  var retainers: [String] = []

  /// - Parameters:
  ///   - taken: at least two, in order.
  ///   - bytesPerDay: how fast the process is thought to grow; nil where unknown.
  init(_ taken: [Taken], bytesPerDay: Double?) throws(ProfileMismatch) {
    self.taken = taken
    self.bytesPerDay = bytesPerDay
    let last = taken.count - 1
    difference = try HeapDifference(old: taken[0].heap, new: taken[last].heap)
    later = taken.count > 2 ? try HeapDifference(old: taken[1].heap, new: taken[last].heap) : nil
    for change in difference.buildChanges + (later?.buildChanges ?? []) where change.isProgram {
      throw .builds(old: change.old, new: change.new)
    }
  }

  func evidence(at now: Timestamp) -> HeapEvidence {
    let goroutines = goroutines
    let (bearing, sentence) = judgement
    let left = goroutines.map { "; \(Self.text($0))" } ?? ""
    return HeapEvidence(
      kind: difference.kind.rawValue, old: capture(taken[0], difference.total.old),
      new: capture(taken[taken.count - 1], difference.total.new),
      growers: difference.growers.prefix(Self.mostGrowers).map(grower),
      stack: stack,
      goroutines: goroutines, bearing: bearing, conclusion: sentence + left, madeAt: now)
  }

  private var stack: [String] {
    guard retainers.isEmpty else { return [topName].compactMap(\.self) + retainers }
    return (difference.stacks.first?.frames ?? []).prefix(Self.mostFrames).map(\.text)
  }

  private var span: TimeSpan {
    let span = taken[taken.count - 1].at - taken[0].at
    return span < .seconds(1) ? span : TimeSpan.seconds(span.seconds.rounded())
  }

  private func capture(_ taken: Taken, _ total: StackCounts) -> HeapEvidence.Capture {
    HeapEvidence.Capture(
      at: taken.at, bytes: total.bytes, objects: total.objects, path: taken.path)
  }

  private func grower(_ site: HeapDifference.Site) -> HeapEvidence.Grower {
    HeapEvidence.Grower(
      name: site.name, file: site.place.file, line: site.place.line,
      oldBytes: site.flat.bytes.old, newBytes: site.flat.bytes.new,
      deltaObjects: site.flat.objects.delta, share: difference.share(of: site.flat) ?? 0,
      samplingErrorBytes: site.samplingError, isBeyondSamplingError: isFinding(site))
  }

  // MARK: What it means

  /// What the sentence is about; nil where nothing grew.
  var topName: String? { top?.name }

  private var top: HeapDifference.Site? { difference.growers.first(where: isFinding) }

  /// The first profile was taken as tracing began, and has next to nothing in it.
  private var hasOnlyNewMemory: Bool {
    guard let began = taken[0].heap.tracedSince else { return false }
    return taken[0].at - began < .minutes(1)
  }

  private var judgement: (HeapEvidence.Bearing, String) {
    if difference.kind == .smaps {
      let finding = MappingFinding(difference: difference, span: span)
      return (.undecided, finding.sentence(top: top, least: detectable))
    }
    guard let top else { return nothingGrew }
    let text = DiffText(difference)
    let share = difference.share(of: top.flat).map { ", \(Percentage($0)) of what grew" } ?? ""
    let chance = text.certainty(top)
    var sentence =
      "\(top.place.text) holds \(text.growth(top.flat)) \(chance.isEmpty ? "" : "(\(chance)) ")more "
      + "than \(span) before\(share)\(caller(of: top))\(advice(beside: top))"
    guard let later else {
      guard hasOnlyNewMemory else { return (.supports, sentence) }
      sentence += "; whether that is more or only newer memory, the next profile tells"
      return (.undecided, sentence)
    }
    let since = later.growers.first { $0.name == top.name }
    let growth = since?.flat.bytes.delta ?? 0
    if since.map(isFinding) == true {
      sentence +=
        "; from the second profile to the third it grew on, "
        + DiffText.signedBytes(growth)
      return (.supports, sentence)
    }
    guard expected(of: top) >= detectable else {
      return (.supports, sentence + "; the third profile came too soon to show whether it grows on")
    }
    sentence +=
      "; from the second profile to the third it grew no more, as a cache does that is full"
    return (.speaksAgainst, sentence)
  }

  private func advice(beside top: HeapDifference.Site) -> String {
    difference.kind == .jvmHistogram ? JavaClassAdvice(difference, beside: top.name).text : ""
  }

  private var nothingGrew: (HeapEvidence.Bearing, String) {
    let total = DiffText.signedBytes(difference.total.bytes.delta)
    let bound =
      isSampled ? "beyond the sampling error" : "by \(ByteCount(detectable)) or more"
    let sentence = "nothing in its heap grew \(bound) in \(span) (\(total) in all)"
    if let bytesPerDay, bytesPerDay * span.seconds / 86_400 < detectable {
      return (
        .undecided,
        sentence + "; growth as slow as this is too little to be seen in that time"
      )
    }
    return (
      .speaksAgainst,
      sentence + ", which speaks against a leak there: what grows lies outside of the heap, or is "
        + "not kept"
    )
  }

  /// Bytes that the site should have grown by from the second profile to the third, at its pace up
  /// to the second.
  private func expected(of top: HeapDifference.Site) -> Double {
    let first = (taken[1].at - taken[0].at).seconds
    let second = (taken[taken.count - 1].at - taken[1].at).seconds
    return first > 0 ? Double(top.flat.bytes.delta) * second / first : 0
  }

  private var isSampled: Bool { difference.measures.samplingPeriodBytes != nil }

  /// Whether a site grew by more than chance, or the service's breathing, explains.
  private func isFinding(_ site: HeapDifference.Site) -> Bool {
    site.isSignificant && (isSampled || Double(site.flat.bytes.delta) >= detectable)
  }

  /// Bytes of growth that can be told from none. Of a sampled profile what three standard deviations
  /// of the sampling error leave visible: with Go's 512 KiB between samples, √(0.5·D) MiB for D MiB,
  /// that is 4.5 MiB.
  private var detectable: Double {
    if let period = difference.measures.samplingPeriodBytes { return 9 * period }
    return max(Self.leastExactBytes, Self.leastExactShare * Double(difference.total.new.bytes))
  }

  /// The function that called it, in the stack that grew most.
  private func caller(of top: HeapDifference.Site) -> String {
    guard retainers.isEmpty else {
      return ", held by \(retainers.prefix(Self.mostRetainersTold).joined(separator: ", "))"
    }
    guard let stack = difference.stacks.first(where: { $0.frames.first?.site.name == top.name }),
      let caller = stack.frames.dropFirst().first
    else { return "" }
    return ", called from \(caller.text)"
  }

  // MARK: Goroutines

  private var goroutines: HeapEvidence.Goroutines? {
    guard let before = taken[0].goroutines, let after = taken[taken.count - 1].goroutines,
      let difference = try? HeapDifference(old: before, new: after),
      let stack = difference.stacks.first
    else { return nil }
    let total = difference.total.objects
    // As many as a tenth more, or a pool that breathes would be a leak.
    guard total.delta >= Self.leastGoroutines, total.delta * 10 >= total.old else { return nil }
    return HeapEvidence.Goroutines(
      old: total.old, new: total.new, frames: stack.frames.prefix(Self.mostFrames).map(\.text),
      delta: difference.growth(of: stack.counts))
  }

  /// Where a goroutine waits is the runtime's own code; who made it wait is the first frame above.
  private static func text(_ goroutines: HeapEvidence.Goroutines) -> String {
    let place = goroutines.frames.first { !$0.hasPrefix("runtime.") } ?? goroutines.frames.first
    let at = place.map { ", \(DiffText.signed(goroutines.delta)) of them in \($0)" } ?? ""
    return "goroutines went from \(goroutines.old) to \(goroutines.new)\(at)"
  }
}
