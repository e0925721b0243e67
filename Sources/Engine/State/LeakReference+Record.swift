package import Detectors
package import TimeSeries

extension LeakReference: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(signal)
    for figure in [rate.bytesPerSecond, rate.error, rate.degreesOfFreedom] { writer.write(figure) }
    writer.write(requestsPerSecond)
    for text in [verdict.rawValue, flavour?.rawValue, growing] { writer.write(text) }
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let signal = try reader.value(Signal.self)
    let (slope, error) = (try reader.double(), try reader.double())
    let rate = GrowthRate(
      bytesPerSecond: slope, error: error, degreesOfFreedom: try reader.double())
    let load = try reader.optional { reader throws(StateFault) in try reader.double() }
    var texts: [String?] = []
    for _ in 0..<3 {
      texts.append(try reader.optional { reader throws(StateFault) in try reader.text() })
    }
    guard let verdict = texts[0].flatMap(Verdict.init) else { throw reader.fault("verdict") }
    self.init(
      signal: signal, rate: rate, requestsPerSecond: load, verdict: verdict,
      flavour: texts[1].flatMap(Flavour.init), growing: texts[2])
  }
}
