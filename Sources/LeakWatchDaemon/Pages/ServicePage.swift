internal import Alerting
internal import Detectors
internal import Engine
internal import TimeSeries

/// One service: its memory as pictures, the checklist, what speaks for and against growth, what has
/// happened, and what to paste.
struct ServicePage {
  let report: ServiceReport
  let diagnosis: Diagnosis?
  let past: ServicePast
  /// Of the service, and of the group that it shares its growth alert with.
  let entry: Chronicle.Entry
  let facts: DaemonFacts

  private var name: String { report.overview.name.text }

  var text: String {
    PageFrame(
      title: name, host: facts.host, now: facts.now, root: "../",
      body: """
        <h1>\(name.htmlEscaped)</h1>
        <p class="answer"><span class="\(IndexPage.style(report.verdict?.verdict))">\
        \(verdict.htmlEscaped)</span>\(end.htmlEscaped)</p>
        \(about)\(HealthBanner(facts: facts, on: report.overview.name).html)\(alerts)
        \(pictures)
        \(checklist)\(EvidenceTable(report.verdict).html)\(HistoryTable(entry.episodes).html)\
        \(happened)\(commands)
        <p><a href="../api/v1/services/\(PercentText.encode(name))">\(name.htmlEscaped) as JSON</a></p>
        """
    ).text
  }

  // MARK: What is known

  private var verdict: String {
    guard let verdict = report.verdict else { return "No verdict yet: a few hours are needed" }
    let words = VerdictText.cell(verdict.verdict, verdict.flavour).text
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private var end: String {
    guard let growth = report.growth else {
      return report.verdict?.reasons.first.map { ": \($0)." } ?? "."
    }
    let which = report.verdict?.growing.map { " of \($0) memory" } ?? ""
    let rate = growth.slopeBytesPerDay.map { ": +\(ByteCount($0)) a day\(which)" } ?? ""
    let limit = report.overview.limitBytes.map { " of \(ByteCount($0))" } ?? ""
    let left = growth.secondsToLimit.map { seconds in
      ", the limit\(limit) in "
        + RoughDuration.text(
          seconds, low: growth.secondsToLimitLow, high: growth.secondsToLimitHigh)
    }
    return rate + (left ?? "") + "."
  }

  private var about: String {
    let overview = report.overview
    let facts: [(String, String?)] = [
      ("Memory", overview.memoryBytes.map { ByteCount($0).description }),
      ("Limit", overview.limitBytes.map { ByteCount($0).description }),
      ("Unit", past.description.unit), ("Cgroup", past.description.cgroupPath),
      ("Runtime", past.description.runtime),
    ]
    let items = facts.compactMap { name, value in
      value.map { "<div><dt>\(name)</dt><dd>\($0.htmlEscaped)</dd></div>" }
    }
    return items.isEmpty ? "" : "<dl class=\"facts\">\(items.joined())</dl>\n"
  }

  private var alerts: String {
    let list = AlertList(report, facts).html
    let fix = report.fix.map { "\n<p>\($0.conclusion.htmlEscaped)</p>" } ?? ""
    return list == "–"
      ? "<p>No alert fires.</p>" : "<h2>Alerts</h2>\n\(list)\(fix)"
  }

  // MARK: Pictures

  private var pictures: String {
    figure(past.day, "The last day", "day", length: .days(1))
      + figure(past.weeks, "The last two weeks", "weeks", length: .days(14))
  }

  private func figure(
    _ history: ServiceHistory, _ heading: String, _ id: String, length: TimeSpan
  ) -> String {
    // Windows may be shortened for a trial.
    let covered = TimeSpan.seconds(
      max(facts.now.seconds - history.startSeconds, history.stepSeconds * 8))
    let stretch = MemoryStretch(
      history, of: past, verdict: report.verdict, limit: report.overview.limitBytes, entry: entry,
      length: min(length, covered), now: facts.now)
    guard stretch.count > 1 else {
      return "<h2 id=\"\(id)\">\(heading)</h2>\n<p>Too little is known yet to draw it.</p>\n"
    }
    let picture = MemoryPicture(
      stretch, id: id, title: "Memory of \(name): \(heading.lowercased())")
    return """
      <h2 id="\(id)">\(heading)</h2>
      <figure>
      <div class="scroll" role="region" aria-labelledby="\(id)" tabindex="0">
      \(picture.svg)</div>
      <figcaption>
      \(PictureLegend(picture).html)</figcaption>
      </figure>

      """
  }

  // MARK: In words

  private var checklist: String {
    guard let diagnosis, !diagnosis.checklist.isEmpty else { return "" }
    let items = diagnosis.checklist.map { answer in
      "<dt>\(answer.question.htmlEscaped)</dt><dd>\(answer.answer.htmlEscaped)</dd>"
    }
    return "<h2>Checklist</h2>\n<dl class=\"list\">\n\(items.joined(separator: "\n"))\n</dl>\n"
  }

  private var happened: String {
    let rows =
      entry.kills.map { kill in
        (
          kill.at, "<span class=\"page\">OOM kill</span>",
          kill.count == 1 ? "one process" : "\(kill.count) processes", kill.evidence
        )
      }
      + past.changes.map { change in
        (
          change.seenAt, change.isNewBuild == true ? "new build" : "restart",
          change.isNewBuild == false ? "the same build" : "", change.words ?? ""
        )
      }
    guard !rows.isEmpty else { return "" }
    let lines = rows.sorted { $0.0 > $1.0 }.prefix(100).map { moment, what, how, words in
      "<tr><th scope=\"row\" class=\"fit\">\(BacktestTable.moment(moment))</th><td>\(what)</td>"
        + "<td>\(how)</td><td>\(words.htmlEscaped)</td></tr>"
    }
    return """
      <h2 id="happened">What happened</h2>
      <div class="scroll" role="region" aria-labelledby="happened" tabindex="0">
      <table>
      <caption>OOM kills, restarts and new builds as far as they are known; newest first, times in UTC.</caption>
      <thead><tr><th scope="col">At</th><th scope="col">What</th><th scope="col">How</th>\
      <th scope="col">In words</th></tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table>
      </div>

      """
  }

  private var commands: String {
    guard let commands = diagnosis?.commands, !commands.isEmpty else { return "" }
    let items = commands.map { command in
      "<h3 class=\"soft\">\(command.purpose.htmlEscaped)</h3>\n"
        + "<pre><code>\(command.command.htmlEscapedLines)</code></pre>"
    }
    return "<h2>To paste</h2>\n\(items.joined(separator: "\n"))\n"
  }
}
