internal import TimeSeries

internal import func Glibc.cos
internal import func Glibc.exp
internal import func Glibc.sin

/// The columns of one window's regression: everything ordinary that moves memory, and the kinds
/// of growth that are looked for beside it.
struct Regressors {
  /// Where each group of columns lies.
  struct Layout {
    var intercepts: [Int] = []
    var linear = 0
    var decelerating = 0
    var perRequest: Int?
    var load: [Int] = []
    var warmUps: [Int] = []
    /// Warm-ups of one clock taken together: with weights of their own they follow any pace
    /// between them.
    var warmUpMixtures: [[Int]] = []
    var season: [Int] = []
    var steps: [Int] = []
    /// The load that follows requests: 1 less at no load than at the mean.
    var requests: [Int] = []
    var width = 0

    /// What ordinary things say of a life of age zero without any load: not less than no memory.
    var emptyStart: LinearBound? {
      guard intercepts.count == 1 else { return nil }
      var bound = LinearBound()
      bound.set(-1, of: intercepts[0])
      for column in requests + warmUps { bound.set(1, of: column) }
      return bound
    }
  }

  private(set) var layout = Layout()
  let rows: WindowRows
  /// Column by column, as long as there are rows.
  private(set) var columns: [[Double]] = []
  /// The floors over `scaleBytes`.
  let response: [Double]
  private let load: LoadColumns?

  /// Times in which a warm-up does 63 % of its growth, seconds.
  static let warmUpSeconds: [Double] = [1.5 * 3600, 4 * 3600, 10 * 3600]

  /// - Parameter withGrowth: adds the kinds of growth over the whole window, and the warm-ups that
  ///   compete with them.
  init(
    _ history: ServiceHistory, rows: WindowRows, withSeason: Bool, withGrowth: Bool = true
  ) {
    self.rows = rows
    response = rows.floors.map { $0 / rows.scaleBytes }
    load = rows.load
    addIntercepts()
    if withGrowth { addGrowth() }
    addLoad(history)
    if withGrowth { addWarmUps(history) }
    if withSeason { addSeason(history) }
  }

  /// Adds a column that is 0 before `row` and 1 from it on.
  mutating func addStep(at row: Int) {
    layout.steps.append(add(response.indices.map { $0 >= row ? 1 : 0 }))
  }

  /// Adds columns of growth that begins at a share of the rows and takes the form of `shape`, which
  /// maps 0…1 to 0…1: one by the clock, one by the work done where that is known.
  mutating func addGrowth(from onset: Double, shape: (Double) -> Double) -> [Int] {
    clocks(from: Int(onset * Double(response.count))).compactMap { clock in
      guard let end = clock.last, end > 0 else { return nil }
      return add(clock.map { shape(max(0, $0) / end) })
    }
  }

  /// Straight growth on one clock, with a slope before a row and another from it on.
  struct SplitClock {
    var before: Int
    var after: Int
    /// Both at once: one slope for all.
    var whole: Int
    /// What the clock counts over the window: steps, or requests a second times steps.
    var end: Double
    var isWork: Bool
  }

  /// Adds columns of straight growth that may change its slope at a row: by the clock first, then by
  /// the work done where that is known.
  mutating func addGrowth(changingAt row: Int) -> [SplitClock] {
    clocks(from: 0).enumerated().compactMap { index, clock in
      guard let end = clock.last, end > 0 else { return nil }
      return SplitClock(
        before: add(clock.map { min($0, clock[row]) / end }),
        after: add(clock.map { max(0, $0 - clock[row]) / end }),
        whole: add(clock.map { $0 / end }), end: end, isWork: index > 0)
    }
  }

  /// Steps since a row, and the work done since it where that is known.
  private func clocks(from start: Int) -> [[Double]] {
    let steps = rows.indices.map { Double($0 - rows.indices[start]) }
    guard let load = load?.current else { return [steps] }
    var done = 0.0
    let work = load.indices.map { row in
      if row > start { done += load[row] * (steps[row] - steps[row - 1]) }
      return done
    }
    return [steps, work]
  }

  private mutating func add(_ column: [Double]) -> Int {
    columns.append(column)
    layout.width += 1
    return layout.width - 1
  }

  private mutating func addIntercepts() {
    for start in rows.lifeStarts {
      let life = rows.lives[start]
      layout.intercepts.append(add(rows.lives.map { $0 == life ? 1 : 0 }))
    }
  }

  /// Growth by the clock, straight or slowing down from the window's start (or the life's, where
  /// that is later), and growth by the work done.
  private mutating func addGrowth() {
    let first = Double(rows.indices[0])
    let steps = rows.spanSteps
    layout.linear = add(rows.indices.map { (Double($0) - first) / steps })
    var start = 0
    layout.decelerating = add(
      rows.indices.indices.map { row in
        if rows.lives[row] != rows.lives[start] { start = row }
        return ((Double(rows.indices[row] - rows.indices[start]) + 0.5) / steps).squareRoot()
      })
    guard let load else { return }
    var total = 0.0
    let sums = load.current.map { rate in
      total += rate
      return total
    }
    if total > 0 { layout.perRequest = add(sums.map { $0 / total }) }
  }

  private mutating func addLoad(_ history: ServiceHistory) {
    if let companion = rows.companion(in: history) {
      layout.load.append(add(companion.map { $0 / rows.scaleBytes }))
    }
    guard let load else { return }
    defer { layout.load += layout.requests }
    for values in [load.current, load.recent, load.highest] {
      let mean = values.reduce(0, +) / Double(values.count)
      guard mean > 0 else { continue }
      layout.requests.append(add(values.map { $0 / mean - 1 }))
    }
  }

  /// A young life fills its caches by the clock or by the work that it does.
  private mutating func addWarmUps(_ history: ServiceHistory) {
    addWarmUps(ages: rows.indices.map { history.ageSeconds[$0] })
    guard let load = load?.current else { return }
    let mean = load.reduce(0, +) / Double(load.count)
    guard mean > 0 else { return }
    // Age in seconds of mean load: what was served before the window is taken to be the mean.
    var age = 0.0
    let ages = rows.indices.indices.map { row in
      let index = rows.indices[row]
      if row > 0, rows.lives[row] == rows.lives[row - 1] {
        age += Double(index - rows.indices[row - 1]) * history.stepSeconds * load[row] / mean
      } else {
        age = history.ageSeconds[index]
      }
      return age
    }
    addWarmUps(ages: ages)
  }

  private mutating func addWarmUps(ages: [Double]) {
    let first = layout.warmUps.count
    for constant in Self.warmUpSeconds {
      let rest = ages.map { -exp(-$0 / constant) }
      // Over long ago in every life of the window: nothing that it could explain.
      guard let least = rest.min(), least < -0.03 else { continue }
      layout.warmUps.append(add(rest))
    }
    let mixture = Array(layout.warmUps[first...])
    if mixture.count > 1 { layout.warmUpMixtures.append(mixture) }
  }

  /// The time of day as two harmonics.
  private mutating func addSeason(_ history: ServiceHistory) {
    let seconds = rows.indices.map { history.time(of: $0).truncatingRemainder(dividingBy: 86_400) }
    for harmonic in [1.0, 2.0] {
      let phases = seconds.map { 2 * Double.pi * harmonic * $0 / 86_400 }
      layout.season.append(add(phases.map { sin($0) }))
      layout.season.append(add(phases.map { cos($0) }))
    }
  }
}
