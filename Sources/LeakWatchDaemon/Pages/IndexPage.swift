internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// Every service in a row, the most urgent first.
struct IndexPage {
  let reports: [ServiceReport]
  let facts: DaemonFacts

  var text: String {
    PageFrame(
      title: "Services", host: facts.host, now: facts.now, root: "",
      body: """
        <h1>Memory of the services of \(facts.host.htmlEscaped)</h1>
        <p class="answer">\(sentence.htmlEscaped).</p>
        \(HealthBanner(facts: facts).html)\(table)
        """
    ).text
  }

  private var sentence: String { StatusSentence.describe(reports.map(\.overview)) }

  private var table: String {
    guard !reports.isEmpty else {
      return "<p>No service is watched yet. `leakwatch check-config` says what would be.</p>"
        .replacing("`leakwatch check-config`", with: "<code>leakwatch check-config</code>")
    }
    return """
      <div class="scroll" role="region" aria-labelledby="services" tabindex="0">
      <table>
      <caption id="services">Those whose alerts fire first, the most urgent before the others. The line \
      is the lowest memory of each quarter of an hour, over a day.</caption>
      <thead><tr><th scope="col">Service</th><th scope="col">Last day</th>\
      <th scope="col" class="figure">Memory</th><th scope="col" class="figure">Of limit</th>\
      <th scope="col">Verdict</th><th scope="col" class="figure">Per day</th>\
      <th scope="col">Limit in</th><th scope="col">Alerts</th></tr></thead>
      <tbody>
      \(reports.map(row).joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  private func row(_ report: ServiceReport) -> String {
    let cells = StatusTable.row(report, facts.silences, at: facts.now).map(\.text.htmlEscaped)
    let name = report.overview.name.text
    let spark = SparkPicture.svg(report.dayFloors)
    return "<tr><th scope=\"row\" class=\"name\"><a href=\"services/\(PercentText.encode(name))\">"
      + "\(cells[0])</a></th><td>\(spark.isEmpty ? "–" : spark)</td>"
      + "<td class=\"figure\">\(cells[2])</td><td class=\"figure\">\(cells[3])</td>"
      + "<td class=\"fit \(Self.style(report.verdict?.verdict))\">\(cells[4])</td>"
      + "<td class=\"figure\">\(cells[5])</td><td class=\"fit\">\(cells[6])</td>"
      + "<td class=\"wide\">\(alerts(report))</td></tr>"
  }

  private func alerts(_ report: ServiceReport) -> String {
    AlertList(report, facts).html
  }

  /// The class of a verdict's words.
  static func style(_ verdict: Verdict?) -> String {
    switch verdict {
    case .leak: "page"
    case .cache, .fragmentation: "warning"
    case .insufficientData, nil: "soft"
    default: ""
    }
  }
}
