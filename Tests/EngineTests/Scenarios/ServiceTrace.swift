/// A made-up service over some days: a rule that says what each moment looks like.
struct ServiceTrace {
  /// Five minutes: three samples a bucket, fewer than the daemon takes.
  static let stepHours = 1.0 / 12

  var name = "api"
  var days: Double
  /// Of the host's clock when the trace begins.
  var startHour = 0.0
  /// When the service first appears, hours.
  var appears = 0.0
  /// Age of the first life when it is first seen; nil where the runtime does not tell its start.
  var firstAgeHours: Double = 0
  var limit: Double?
  var moment: (inout Moment) -> Void
}
