package import TimeSeries

/// What a server of Prometheus's HTTP API said to one request (Prometheus: "HTTP API", format
/// overview; Mimir, Thanos and VictoriaMetrics answer alike).
package struct PrometheusAnswer: Sendable {
  package enum Outcome: Sendable {
    case success(PrometheusContent)
    case failure(PrometheusFailure)
  }

  package var outcome: Outcome
  /// Said beside a result that may lack something. For a person.
  package var warnings: [String]
  /// Said beside a result that is complete. For a person.
  package var infos: [String]
}

/// The result of a request that succeeded.
package enum PrometheusContent: Sendable {
  /// Of `query` and `query_range`; a vector is a series of one sample each.
  case series([PrometheusSeries])
  /// Of `series`.
  case labelSets([LabelSet])
  /// Of `label/…/values`.
  case values([String])
}

/// One series of a result, in rising order of time.
package struct PrometheusSeries: Hashable, Sendable {
  /// All labels, the metric's name as `__name__` among them; without those whose value is empty.
  package var labels: LabelSet
  package var samples: [Sample]

  package init(labels: LabelSet, samples: [Sample]) {
    self.labels = labels
    self.samples = samples
  }
}

/// Why a server refused a request, in its own words.
package struct PrometheusFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// "bad_data", "execution", "timeout", "canceled", "internal", "unavailable", …; VictoriaMetrics
  /// puts the status code there.
  package var errorType: String
  package var message: String

  package init(errorType: String, message: String) {
    self.errorType = errorType
    self.message = message
  }

  package var description: String { errorType.isEmpty ? message : "\(errorType): \(message)" }
}

/// What was asked for, and so what the answer must hold.
package enum PrometheusShape: Hashable, Sendable {
  /// Of `query_range`: `matrix`.
  case range
  /// Of `query`: `vector`, or `matrix` where the expression is a range.
  case instant
  case labelSets
  case values
}

/// How much of an answer is taken; over it the answer is refused as a whole.
package struct PrometheusAnswerLimits: Hashable, Sendable {
  package var series = 1_000_000
  package var samples = 8_000_000
  package var labelsPerSeries = 256
  package var textBytes = 64 << 10
  /// Warnings and infos that are kept; more are counted.
  package var notices = 16
  package var depth = 32

  package init() {}
}
