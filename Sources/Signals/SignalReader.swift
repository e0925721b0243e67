package import Formats
package import TimeSeries

/// Turns the scrapes of one target into readings. Which series means which signal is decided when
/// a series appears; after that a scrape costs a few additions.
package struct SignalReader: Sendable {
  package let mapping: SignalMapping
  /// Recognised by the names that the target served last; nil while nothing tells.
  package private(set) var runtime: ServiceRuntime?

  /// What the target's build-info metrics say; nil where it has none.
  package private(set) var build: BuildMarks.Information?

  private var plan: SignalPlan?
  private var fits = SeriesFits()
  private var cells: [Cell] = []
  /// Newest values of counters by series index, to notice a reset; NaN where there is none.
  private var counters: [Double] = []

  private struct Cell: Sendable {
    var sum = 0.0
    var parts = 0
  }

  /// Exporters write −1 or the largest integer for "no limit".
  private static func isNoSize(_ value: Double) -> Bool {
    value < 0 || (value > 0x1p60 && value.isFinite)
  }

  package init(mapping: SignalMapping) {
    self.mapping = mapping
  }

  /// What one scrape said.
  package struct Outcome: Sendable {
    package var readings: [Reading]
    /// A counter fell: the process is another one, or was reset.
    package var isReset: Bool
  }

  /// Signals at hand and where they come from.
  package var provenances: [SignalProvenance] { plan?.provenances ?? [] }

  /// - Parameters:
  ///   - outcome: of the scrape.
  ///   - series: the parser's table after that scrape.
  package mutating func read(_ outcome: ScrapeOutcome, _ series: KeptSeries) -> Outcome {
    let incomplete = outcome.errorCount > 0 ? unsettled(outcome.disappeared) : []
    if plan == nil || !outcome.appeared.isEmpty || !outcome.disappeared.isEmpty {
      replan(outcome, series)
    }
    guard let plan else { return Outcome(readings: [], isReset: false) }
    let isReset = add(outcome.samples, plan)
    var readings: [Reading] = []
    for reader in plan.readers where !incomplete.contains(reader.source.signal) {
      guard let value = value(of: reader) else { continue }
      readings.append(Reading(reader.source.signal, value, seriesKey: reader.seriesKey))
    }
    return Outcome(readings: readings, isReset: isReset)
  }

  /// Signals that lost a part in a scrape with faulty lines: the part may stand in one of those,
  /// and a sum without it would be a drop that never was.
  private func unsettled(_ disappeared: [Int32]) -> Set<Signal> {
    guard let plan else { return [] }
    let lost = Set(
      disappeared.flatMap { index in
        Int(index) < plan.seriesCount ? plan.shares(ofSeries: Int(index)).map { Int($0.cell) } : []
      })
    return Set(
      plan.readers.filter { $0.source.combination != .perSeries }
        .filter { !lost.isDisjoint(with: $0.cells) }.map(\.source.signal))
  }

  private mutating func replan(_ outcome: ScrapeOutcome, _ series: KeptSeries) {
    fits.grow(to: series.count)
    while counters.count < series.count { counters.append(.nan) }
    for index in outcome.disappeared { fits.remove(Int(index)) }
    for index in outcome.appeared {
      counters[Int(index)] = .nan
      fits.add(Int(index), series[Int(index)], mapping)
    }
    let plan = SignalPlan(mapping: mapping, fits: fits, series: series)
    self.plan = plan
    cells = Array(repeating: Cell(), count: plan.cellCount)
    let live = fits.indices.filter { fits.isAlive($0) }
    runtime = RuntimeRecogniser.recognise(live.lazy.map { series.name($0) }) ?? runtime
    let builds = Set(live.filter { BuildInformation.isMeant(series.name($0)) })
    build =
      builds.isEmpty
      ? nil
      : BuildInformation.read(
        outcome.samples.filter { $0.value == 1 && builds.contains(Int($0.seriesIndex)) }
          .map { series[Int($0.seriesIndex)] })
  }

  /// Forms the sums; true if a counter fell.
  private mutating func add(_ samples: [ParsedSample], _ plan: SignalPlan) -> Bool {
    for index in cells.indices { cells[index] = Cell() }
    var isReset = false
    for sample in samples {
      let index = Int(sample.seriesIndex)
      for share in plan.shares(ofSeries: index) {
        if share.isSize, Self.isNoSize(sample.value) { continue }
        cells[Int(share.cell)].sum += share.weight * sample.value
        cells[Int(share.cell)].parts += 1
      }
      if plan.isCounter[index] {
        isReset = isReset || sample.value < counters[index]
        counters[index] = sample.value
      }
    }
    return isReset
  }

  /// nil where a part is unknown: NaN, or a zero that means "not yet".
  private func value(of reader: SignalPlan.Reader) -> Double? {
    guard reader.cells.allSatisfy({ cells[$0].parts > 0 }) else { return nil }
    let value = cells[reader.cells].reduce(1) { $0 * $1.sum }
    guard value.isFinite, !(reader.source.isZeroUnknown && value == 0) else { return nil }
    return value
  }
}
