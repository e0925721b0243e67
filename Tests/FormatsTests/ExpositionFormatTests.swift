import Testing

@testable import Formats

@Suite struct ExpositionFormatTests {
  @Test(
    arguments: [
      (nil, ExpositionFormat.prometheusText004), ("", .prometheusText004),
      ("  ", .prometheusText004),
      ("text/plain", .prometheusText004), ("text/plain; version=0.0.4", .prometheusText004),
      ("Text/Plain;charset=utf-8", .prometheusText004),
      ("text/plain; version=1.0.0; escaping=allow-utf-8", .prometheusText004),
      ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics100),
      ("application/openmetrics-text", .openMetrics100),
      ("text/html", nil), ("application/json", nil), ("text/plainer", nil),
      ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily", nil),
    ] as [(String?, ExpositionFormat?)])
  func followsTheContentType(contentType: String?, format: ExpositionFormat?) {
    #expect(ExpositionFormat(contentType: contentType) == format)
  }
}
