private import TimeSeries

/// What a field says.
extension TemplateRenderer {
  /// A string, a number, or null for what is not known.
  func value(of field: TemplateField, _ context: Context) -> JSONValue {
    let alert = context.alert
    switch field {
    case .alert: return .string(alert.key.kind.rawValue)
    case .status: return .string(alert.status.rawValue)
    case .service: return .string(alert.key.service.text)
    case .host: return .string(alert.host)
    case .severity: return .string(alert.severity.rawValue)
    case .episode: return .string(alert.episode.text)
    case .summary: return .string(alert.summary)
    case .verdict: return .optional(alert.verdict)
    case .flavour: return .optional(alert.flavour)
    case .growing: return .optional(alert.growing)
    case .unit: return .optional(alert.description.unit)
    case .cgroup: return .optional(alert.description.cgroupPath)
    case .runtime: return .optional(alert.description.runtime)
    case .startedAt: return .string(alert.startedAt.rfc3339)
    case .at: return .string(alert.at.rfc3339)
    case .slope: return .optional(alert.growth.slopeBytesPerDay)
    case .secondsToLimit: return .optional(alert.growth.secondsToLimit)
    case .growth:
      return .optional(alert.growth.slopeBytesPerDay.map { "+\(ByteCount($0))/day" })
    case .timeToLimit:
      let seconds = alert.growth.secondsToLimit.flatMap { $0.isFinite ? $0 : nil }
      return .optional(seconds.map { TimeSpan.seconds($0.rounded()).description })
    case .pageURL: return .optional(alert.pageURL)
    case .runbookURL: return .optional(alert.runbookURL)
    case .evidence: return .optional(alert.evidence?.conclusion)
    case .text: return .string(AlertText.text(alert))
    case .title: return .string(title(context))
    case .count: return .integer(Int64(alerts.count))
    case .firingCount: return .integer(Int64(count(.firing)))
    case .resolvedCount: return .integer(Int64(count(.resolved)))
    case .element, .question, .answer, .purpose, .command, .href, .linkText, .place, .placeGrowth,
      .deltaBytes:
      return element(field, context)
    }
  }

  private func element(_ field: TemplateField, _ context: Context) -> JSONValue {
    guard let list = field.list, let element = context.elements[list] else { return .null }
    switch (field, element) {
    case (.element, .reason(let text)): return .string(text)
    case (.question, .answer(let answer)): return .string(answer.question)
    case (.answer, .answer(let answer)): return .string(answer.answer)
    case (.purpose, .command(let command)): return .string(command.purpose)
    case (.command, .command(let command)): return .string(command.command)
    case (.href, .link(let link)): return .string(link.href)
    case (.linkText, .link(let link)): return .string(link.text)
    case (.place, .grower(let grower)): return .string(grower.place)
    case (.placeGrowth, .grower(let grower)):
      return .string("+\(ByteCount(Double(grower.deltaBytes)))")
    case (.deltaBytes, .grower(let grower)): return .integer(grower.deltaBytes)
    default: return .null
    }
  }

  private func count(_ status: Alert.Status) -> Int { alerts.count { $0.status == status } }

  private func title(_ context: Context) -> String {
    alerts.count > 1 && !context.isListed
      ? AlertText.title(firing: count(.firing), resolved: count(.resolved))
      : AlertText.title(context.alert)
  }
}
