internal import Alerting
internal import Detectors
internal import TimeSeries

/// The diagnostic checklist, answered: what an expert would ask of memory that may be leaking, in
/// the order in which it is asked. It is the same whether or not anything is wrong.
struct GrowthChecklist {
  let verdict: GrowthVerdict
  let limitBytes: Double?
  let life: ServiceLife?
  let restarts: Int
  /// The newest life that is a new build; nil where none is known.
  var deploy: IncarnationChange?
  let now: Timestamp

  var answers: [ChecklistAnswer] {
    [growth, form, requests, collector, parts, since, alternatives, end].compactMap(\.self)
  }

  private var symptoms: Symptoms? { verdict.symptoms }

  private var growth: ChecklistAnswer {
    let question = "Does memory grow?"
    guard let window = verdict.leading else {
      return ChecklistAnswer(
        question: question, answer: verdict.reasons.first ?? "too little is known to say")
    }
    let span = TimeSpan.seconds(window.coveredSeconds.rounded())
    let floors =
      "the floor of \(window.signal.growingName) went from "
      + "\(ByteCount(window.endBytes - window.riseBytes)) to \(ByteCount(window.endBytes)) in \(span)"
    var figures = [
      "level_bytes": window.endBytes, "rise_bytes": window.riseBytes,
      "window_seconds": window.coveredSeconds, "agreement": window.agreement,
    ]
    guard let growth = window.growth, verdict.verdict.isAlerting else {
      figures["evidence_nats"] = window.growth?.evidence
      let reason = verdict.reasons.first.map { "; \($0)" } ?? ""
      return ChecklistAnswer(
        question: question, answer: "no: \(floors)\(reason)", figures: figures)
    }
    figures["evidence_nats"] = growth.evidence
    figures["slope_bytes_per_day"] = verdict.growth.slopeBytesPerDay
    figures["slope_low"] = verdict.growth.slopeLow
    figures["slope_high"] = verdict.growth.slopeHigh
    return ChecklistAnswer(
      question: question, answer: "yes, \(slope): \(floors)", figures: figures)
  }

  private var slope: String {
    guard let perDay = verdict.growth.slopeBytesPerDay else { return "steadily" }
    guard let low = verdict.growth.slopeLow, let high = verdict.growth.slopeHigh else {
      return "+\(ByteCount(perDay))/day"
    }
    return "+\(ByteCount(perDay))/day (\(ByteCount(low)) to \(ByteCount(high)))"
  }

  private var form: ChecklistAnswer? {
    guard let shape = verdict.shape else { return nil }
    let nats = shape.deceleration
    let answer =
      if nats >= 1 {
        "it slows down, as a cache does that fills"
      } else if nats <= -1 {
        "straight on, with no sign of slowing down"
      } else {
        "what is known so far cannot tell straight growth from slowing growth"
      }
    return ChecklistAnswer(
      question: "Linear or logarithmic?", answer: answer, figures: ["slowing_nats": nats])
  }

  private var requests: ChecklistAnswer {
    let question = "Do requests grow in proportion?"
    guard let change = symptoms?.requests else {
      return ChecklistAnswer(
        question: question, answer: "not known: no request counter is scraped for this service")
    }
    var figures = ["before_per_second": change.before, "after_per_second": change.after]
    figures["change"] = change.share
    let moved = change.share.map { Percentage($0).signed } ?? "from nothing"
    let load =
      verdict.leading?.growth?.ordinary.load == true ? "; memory follows the load too" : ""
    let isPerRequest = verdict.leading?.growth?.isPerRequest == true && verdict.verdict.isAlerting
    let pace = isPerRequest ? "; what is kept follows the requests served" : load
    return ChecklistAnswer(
      question: question,
      answer: "requests \(moved) (\(rate(change.before)) → \(rate(change.after)))\(pace)",
      figures: figures)
  }

  private var collector: ChecklistAnswer {
    let question = "Is garbage collection working harder?"
    guard let symptoms, symptoms.pauseShare != nil || symptoms.collections != nil else {
      return ChecklistAnswer(
        question: question, answer: "not known: no GC metrics are scraped for this service")
    }
    var parts: [String] = []
    var figures: [String: Double] = [:]
    if let pause = symptoms.pauseShare {
      parts.append(
        "pauses take \(Percentage(pause.before)) → \(Percentage(pause.after)) of the time")
      figures["pause_share_before"] = pause.before
      figures["pause_share_after"] = pause.after
    }
    if let count = symptoms.collections {
      parts.append("collections \(rate(count.before)) → \(rate(count.after))")
      figures["collections_before_per_second"] = count.before
      figures["collections_after_per_second"] = count.after
    }
    return ChecklistAnswer(
      question: question, answer: parts.joined(separator: ", "), figures: figures)
  }

  private var parts: ChecklistAnswer? {
    guard let memory = symptoms?.memory, !memory.isEmpty else { return nil }
    let order: [Signal] = [
      .heapLive, .heapUsed, .heapCommitted, .memoryAnon, .residentMemory, .memoryShmem,
      .kernelUnreclaimable, .memorySock, .memoryFile, .workingSet, .memoryCurrent,
    ]
    var told: [String] = []
    var figures: [String: Double] = [:]
    for signal in order {
      guard let change = memory[signal] else { continue }
      let delta = change.after - change.before
      told.append(
        "\(name(signal)) \(ByteCount(change.after)) (\(delta < 0 ? "" : "+")\(ByteCount(delta)))")
      figures["\(name(signal))_bytes"] = change.after
      figures["\(name(signal))_delta_bytes"] = delta
    }
    let which = verdict.growing.map { "\($0) grows: " } ?? ""
    return ChecklistAnswer(
      question: "Which memory?", answer: which + told.joined(separator: ", "), figures: figures)
  }

  private func name(_ signal: Signal) -> String {
    switch signal {
    case .heapCommitted: "committed"
    case .memoryFile: "file"
    case .workingSet: "working_set"
    case .memoryCurrent: "current"
    default: signal.growingName
    }
  }

  private var since: ChecklistAnswer? {
    guard let life else { return nil }
    let began = life.startedAt ?? life.seenAt
    var figures = ["restarts": Double(restarts), "life_seconds": (now - began).seconds]
    let lived =
      life.startedAt == nil
      ? "watched for \(now - began), its start is not known" : "running for \(now - began)"
    let restarted =
      restarts == 0
      ? "no restart seen" : restarts == 1 ? "one restart seen" : "\(restarts) restarts seen"
    var answer = "\(lived), \(restarted)"
    if let onset = verdict.shape?.onsetSeconds {
      let moment = Timestamp(seconds: onset)
      figures["growing_since"] = onset
      answer = "growing since about \(moment.rfc3339) (\(now - moment) ago); " + answer
    }
    if let deploy {
      answer += "; " + words(deploy, isNewest: deploy.seenAt == life.seenAt)
      figures["deployed_at"] = (deploy.startedAt ?? deploy.seenAt).seconds
    } else if life.isNewBuild == false {
      answer += "; the same build as before the last restart"
    }
    if let lives = verdict.leading?.lives, lives > 1, verdict.verdict.isAlerting {
      answer += "; the same growth in \(lives) lives, joined"
      figures["joined_lives"] = Double(lives)
    }
    return ChecklistAnswer(question: "Since when?", answer: answer, figures: figures)
  }

  private func words(_ deploy: IncarnationChange, isNewest: Bool) -> String {
    let version = deploy.version.map { ", version \($0)" } ?? ""
    let moment = (deploy.startedAt ?? deploy.seenAt).aligned(to: .seconds(1)).rfc3339
    return isNewest
      ? "since the deploy of \(moment)\(version)"
      : "the last deploy seen was at \(moment)\(version)"
  }

  private var alternatives: ChecklistAnswer? {
    guard let growth = verdict.leading?.growth else { return nil }
    let odds = growth.evidence
    let ordinary = OrdinaryThings(growth.ordinary).words
    let answer =
      odds > 0
      ? "growth fits \(advantage(odds)) than \(ordinary) alone"
      : "\(ordinary) fits as well as growth does or better"
    return ChecklistAnswer(
      question: "What else could it be?", answer: answer,
      figures: [
        "evidence_nats": odds, "ordinary_range_bytes": growth.ordinaryRange,
        "noise_bytes": growth.noiseBytes,
      ])
  }

  private var end: ChecklistAnswer? {
    guard verdict.verdict.isAlerting else { return nil }
    let question = "When does memory end?"
    guard let limitBytes else {
      return ChecklistAnswer(question: question, answer: "no memory limit is known")
    }
    let figures = verdict.growth
    guard let left = figures.secondsToLimit else {
      return ChecklistAnswer(question: question, answer: "not at this rate")
    }
    var known = ["limit_bytes": limitBytes, "seconds_to_limit": left]
    known["seconds_to_limit_low"] = figures.secondsToLimitLow
    known["seconds_to_limit_high"] = figures.secondsToLimitHigh
    let low = figures.secondsToLimitLow.map(span) ?? "unknown"
    let high = figures.secondsToLimitHigh.map(span) ?? "never"
    return ChecklistAnswer(
      question: question,
      answer: "the limit of \(ByteCount(limitBytes)) in \(span(left)) (\(low) to \(high))",
      figures: known)
  }

  private func span(_ seconds: Double) -> String { "\(TimeSpan.seconds(seconds.rounded()))" }

  /// In the unit that leaves a number worth reading.
  private func rate(_ perSecond: Double) -> String {
    let (value, unit) =
      perSecond >= 0.1 || perSecond == 0
      ? (perSecond, "s") : perSecond * 60 >= 0.1 ? (perSecond * 60, "min") : (perSecond * 3600, "h")
    let tenths = Int((min(value, 1e12) * 10).rounded())
    return value >= 9.95
      ? "\(Int(min(value, 1e12).rounded()))/\(unit)" : "\(tenths / 10).\(tenths % 10)/\(unit)"
  }

  /// Evidence in nats as a person says it: 3 are odds of twenty to one, 10 of twenty thousand.
  private func advantage(_ nats: Double) -> String {
    nats < 3 ? "a little better" : nats < 10 ? "clearly better" : "far better"
  }
}
