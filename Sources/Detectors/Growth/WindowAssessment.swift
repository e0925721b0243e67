package import TimeSeries

/// What one window of one signal says of growth.
package struct WindowAssessment: Hashable, Sendable {
  /// Why a window's rise is no growth.
  package enum Obstacle: String, Hashable, Sendable {
    /// Its lowest values do not rise together.
    case notRising = "not_rising"
    /// Ordinary things explain it as well.
    case explained
    /// It is slower than what counts.
    case tooSlow = "too_slow"
    /// It has faded by the end of the window.
    case faded
    /// It is small beside what load and time of day move.
    case withinOrdinary = "within_ordinary"
    /// The life is too young.
    case warmingUp = "warming_up"
    /// It is heap in use, and no full collection need have happened in so short a window.
    case maybeGarbage = "maybe_garbage"
    /// The collector's work says that the live heap rests.
    case liveHeapRests = "live_heap_rests"
    /// The heap fills again after a collection emptied it, and is not above where it was before.
    case refilling
  }

  /// What ordinary explanation did best without growth.
  package struct Ordinary: Hashable, Sendable {
    package var load = false
    package var warmUp = false
    package var season = false
    package var steps = 0
  }

  package var signal: Signal
  /// What the window is called by; the data may cover less.
  package var spanSeconds: Double
  package var coveredSeconds: Double
  package var lives: Int
  /// Age of the present life at the window's end, seconds.
  package var ageSeconds: Double
  /// Middle level of the floors, bytes.
  package var levelBytes: Double
  /// Floors at the end of the window: mean of the last sixth's lowest, bytes.
  package var endBytes: Double
  /// Rise of the floors from the first sixth to the last, bytes.
  package var riseBytes: Double
  /// Kendall's tau of the floors' block minima, pairs of one life only.
  package var agreement: Double
  /// nil where the contest was not held because nothing rises.
  package var growth: Growth?
  package var obstacle: Obstacle?

  /// The contest's outcome.
  package struct Growth: Hashable, Sendable {
    package var evidence: Double
    /// Bytes a second.
    package var slope: Double
    package var slopeError: Double
    /// Of the slope: rows less coefficients, and less what correlated noise is worth.
    package var degreesOfFreedom: Double
    /// Slope of the last third less load and season, bytes a second, and of the whole.
    package var lateSlope: Double
    package var wholeSlope: Double
    package var lateShare: Double
    /// Range of what load and time of day moved, bytes.
    package var ordinaryRange: Double
    /// By how many nats another form of growth beats the straight one, and which.
    package var curvature: Double
    package var isDecelerating: Bool
    package var isPerRequest: Bool
    package var ordinary: Ordinary
    /// Standard deviation of the residuals, bytes, and their correlation from step to step.
    package var noiseBytes: Double
    package var correlation: Double
  }

  package var isGrowing: Bool { growth != nil && obstacle == nil }
}
