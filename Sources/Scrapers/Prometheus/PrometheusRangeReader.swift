package import Formats
package import Signals
package import TimeSeries

/// Reads the answers of several queries over a long range, stretch after stretch in the order of
/// time. What cannot be had is a gap with its reason, and the reading goes on behind it.
package final class PrometheusRangeReader {
  /// A query that brought nothing for a while.
  package struct Gap: Hashable, Sendable {
    /// Place of the query among those asked.
    package var query: Int
    package var start: Timestamp
    package var end: Timestamp
    /// For a person.
    package var reason: String
  }

  /// All answers for some moments.
  package struct Stretch: Sendable {
    package var grid: MomentGrid
    /// By query; nil where it brought nothing.
    package var answers: [[PrometheusSeries]?]
    package var gaps: [Gap] = []
    /// Warnings of the server, each once.
    package var notices: [String] = []
  }

  package enum Outcome: Sendable {
    case stretch(Stretch)
    case finished
    /// Nothing can be had: the server was never reached, or refuses a query as such.
    case failed(PrometheusProblem)
  }

  /// So many stretches in a row that brought nothing: the server is gone, and the rest is a gap. The
  /// same for the least ranges of one stretch.
  private static let patience = 3

  private let client: PrometheusClient
  private let queries: [String]
  private let grid: MomentGrid
  private var size: StretchSize
  private var next = 0
  private var emptyHanded = 0
  private var hasAnswered = false
  private var saidNotices: Set<String> = []

  /// - Parameter grid: every moment that is wanted.
  package init(
    _ client: PrometheusClient, queries: [String], grid: MomentGrid,
    size: StretchSize = StretchSize()
  ) {
    self.client = client
    self.queries = queries
    self.grid = grid
    self.size = size
  }

  /// Moments whose turn is over.
  package var finishedCount: Int { next }

  package var totalCount: Int { grid.count }

  /// Reads the next stretch; call again when `completion` has got it. Where nothing is left to ask it
  /// is called at once.
  package func readNext(_ completion: @escaping (Outcome) -> Void) {
    let rest = grid.count - next
    let count = emptyHanded >= Self.patience ? rest : min(rest, size.points)
    guard count > 0 else { return completion(.finished) }
    let part = MomentGrid(start: grid[next], step: grid.step, count: count)
    next += count
    let collector = Collector(part, queries.count)
    if emptyHanded >= Self.patience {
      for query in queries.indices { collector.note(lastReason, query, part) }
      return completion(.stretch(collector.stretch))
    }
    for query in queries.indices {
      read(query, part, collector) { [weak self] in
        collector.missing -= 1
        guard let self, collector.missing == 0 else { return }
        completion(judge(collector))
      }
    }
  }

  private var lastReason = ""

  private func judge(_ collector: Collector) -> Outcome {
    if let refusal = collector.refusal { return .failed(refusal) }
    let stretch = collector.stretch
    let series = stretch.answers.reduce(0) { $0 + ($1?.count ?? 0) }
    if stretch.answers.allSatisfy({ $0 == nil }) {
      lastReason = stretch.gaps.first?.reason ?? "no answer"
      guard hasAnswered else { return .failed(PrometheusProblem(.unavailable, lastReason)) }
      emptyHanded += 1
    } else {
      hasAnswered = true
      emptyHanded = 0
      size.learn(series: series, points: stretch.grid.count)
    }
    var told = stretch
    told.notices = stretch.notices.filter {
      saidNotices.count < 1000 && saidNotices.insert($0).inserted
    }
    return .stretch(told)
  }

  /// Asks one query for some moments, in halves where that is too much.
  private func read(
    _ query: Int, _ part: MomentGrid, _ collector: Collector, done: @escaping () -> Void
  ) {
    let request = PrometheusRequest.range(
      queries[query], start: part.start, end: part.end, step: part.step)
    client.ask(request) { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let reply): collector.take(reply, query, part)
      case .failure(let problem):
        if problem.kind == .tooMuch { size.learnTooMuch(points: part.count) }
        if problem.mayHoldForLess, size.isDivisible(points: part.count) {
          return readHalves(query, part, collector, done: done)
        }
        if problem.kind == .refused { collector.refusal = collector.refusal ?? problem }
        collector.note(problem.description, query, part)
        if problem.mayHoldForLess { collector.failures[query] += 1 }
      }
      done()
    }
  }

  /// The earlier half before the later one, so that samples come in the order of time.
  private func readHalves(
    _ query: Int, _ part: MomentGrid, _ collector: Collector, done: @escaping () -> Void
  ) {
    let half = part.count / 2
    let first = MomentGrid(start: part.start, step: part.step, count: half)
    let second = MomentGrid(start: part[half], step: part.step, count: part.count - half)
    read(query, first, collector) { [weak self] in
      guard let self else { return }
      // A server that refuses the least range again and again refuses those beside it too.
      guard collector.failures[query] < Self.patience else {
        collector.note(collector.lastReason(query), query, second)
        return done()
      }
      read(query, second, collector, done: done)
    }
  }

  /// The answers of one stretch as they come in.
  private final class Collector {
    var missing: Int
    var refusal: PrometheusProblem?
    /// Least ranges that failed, by query.
    var failures: [Int]
    private(set) var stretch: Stretch
    private var places: [[LabelSet: Int]]

    init(_ grid: MomentGrid, _ queryCount: Int) {
      missing = queryCount
      failures = Array(repeating: 0, count: queryCount)
      stretch = Stretch(grid: grid, answers: Array(repeating: nil, count: queryCount))
      places = Array(repeating: [:], count: queryCount)
    }

    func take(_ reply: PrometheusReply, _ query: Int, _ part: MomentGrid) {
      for notice in reply.notices where !stretch.notices.contains(notice) {
        stretch.notices.append(notice)
      }
      guard case .series(let series) = reply.content else { return }
      guard stretch.answers[query] != nil, part.count < stretch.grid.count else {
        stretch.answers[query] = series
        if part.count < stretch.grid.count {
          for (index, one) in series.enumerated() { places[query][one.labels] = index }
        }
        return
      }
      for one in series {
        if let place = places[query][one.labels] {
          stretch.answers[query]?[place].samples += one.samples
        } else {
          places[query][one.labels] = stretch.answers[query]?.count ?? 0
          stretch.answers[query]?.append(one)
        }
      }
    }

    func lastReason(_ query: Int) -> String {
      stretch.gaps.last { $0.query == query }?.reason ?? "refused"
    }

    func note(_ reason: String, _ query: Int, _ part: MomentGrid) {
      if let last = stretch.gaps.indices.last, stretch.gaps[last].query == query,
        stretch.gaps[last].reason == reason
      {
        stretch.gaps[last].end = part.end
        return
      }
      stretch.gaps.append(Gap(query: query, start: part.start, end: part.end, reason: reason))
    }
  }
}

extension PrometheusProblem {
  /// Whether a part of the range may be answered.
  fileprivate var mayHoldForLess: Bool { kind == .tooMuch || kind == .uncomputable }
}
