/// How a placeholder without a filter is written, so that no alert can break the message around it.
package enum TemplateEscape: Hashable, Sendable {
  case plain
  /// As the inside of a JSON string.
  case json
  /// As a value of a form, percent-encoded.
  case form

  /// What a body of this media type asks for.
  package init(contentType: String) {
    let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    if type == "application/json" || type.hasSuffix("+json") {
      self = .json
    } else if type == "application/x-www-form-urlencoded" {
      self = .form
    } else {
      self = .plain
    }
  }
}

extension MessageTemplate {
  /// Whether every alert of a group has a place in it.
  package var listsAlerts: Bool { Self.listAlerts(parts) }

  private static func listAlerts(_ parts: [TemplatePart]) -> Bool {
    parts.contains { part in
      switch part {
      case .section(.alerts, isInverted: false, _): true
      case .section(.group, isInverted: true, _): false
      case .section(_, _, let inner): listAlerts(inner)
      case .text, .field: false
      }
    }
  }

  /// - Precondition: at least one alert.
  package func render(_ alerts: [Alert], escape: TemplateEscape) -> String {
    var renderer = TemplateRenderer(alerts: alerts, escape: escape)
    renderer.render(parts, TemplateRenderer.Context(alert: TemplateRenderer.lead(alerts)))
    return renderer.output
  }
}

extension MessageTemplate {
  /// What is wrong with a template whose messages are JSON, found by rendering `alerts`; nil where
  /// that is sound.
  package func jsonFault(rendering alerts: [Alert]) -> TemplateFaults.Fault? {
    var renderer = TemplateRenderer(alerts: alerts, escape: .json)
    renderer.render(parts, TemplateRenderer.Context(alert: TemplateRenderer.lead(alerts)))
    let bytes = Array(renderer.output.utf8)
    guard let problem = JSONSyntax.problem(in: bytes) else { return nil }
    let mark = renderer.marks.last { $0.outputBytes <= problem.offset }
    guard let mark else { return fault("no message comes of it", at: 0) }
    let copied = String(decoding: bytes[mark.outputBytes..<problem.offset], as: UTF8.self)
    let place = mark.place + (mark.isText ? copied.unicodeScalars.count : 0)
    return fault("what comes of it is not JSON: \(problem.message)", at: place)
  }
}

/// Writes one message.
struct TemplateRenderer {
  /// Where in the lists the rendering stands.
  struct Context {
    enum Element {
      case reason(String)
      case answer(ChecklistAnswer)
      case command(SuggestedCommand)
      case link(AlertLink)
      case grower(HeapEvidence.Grower)
    }

    var alert: Alert
    var elements: [TemplateSection: Element] = [:]
    var isLast = false
    /// Whether it speaks of one alert of a list.
    var isListed = false
  }

  /// Where a piece of the output comes from.
  struct Mark {
    var outputBytes: Int
    var place: Int
    /// Whether the template's own text was copied there.
    var isText: Bool
  }

  let alerts: [Alert]
  let escape: TemplateEscape
  var output = ""
  var marks: [Mark] = []

  init(alerts: [Alert], escape: TemplateEscape) {
    self.alerts = alerts
    self.escape = escape
  }

  /// The one that the fields speak of outside the list of alerts: what fires before what has ended,
  /// then the most severe, then the first.
  static func lead(_ alerts: [Alert]) -> Alert {
    let firing = alerts.filter { $0.status == .firing }
    let candidates = firing.isEmpty ? alerts : firing
    let severity = candidates.map(\.severity).max()
    return candidates.first { $0.severity == severity } ?? alerts[0]
  }

  mutating func render(_ parts: [TemplatePart], _ context: Context) {
    for part in parts {
      switch part {
      case .text(let text, let place):
        marks.append(Mark(outputBytes: output.utf8.count, place: place, isText: true))
        output += text
      case .field(let field, let filters, let place):
        marks.append(Mark(outputBytes: output.utf8.count, place: place, isText: false))
        output += written(value(of: field, context), filters)
      case .section(let section, let isInverted, let inner):
        let contexts = contexts(of: section, context)
        if isInverted {
          if contexts.isEmpty { render(inner, context) }
        } else {
          for context in contexts { render(inner, context) }
        }
      }
    }
  }

  /// One for each time that the section is written.
  private func contexts(of section: TemplateSection, _ context: Context) -> [Context] {
    let alert = context.alert
    func once(_ holds: Bool) -> [Context] { holds ? [context] : [] }
    switch section {
    case .firing: return once(alert.status == .firing)
    case .resolved: return once(alert.status == .resolved)
    case .page: return once(alert.severity == .page)
    case .warning: return once(alert.severity == .warning)
    case .ticket: return once(alert.severity == .ticket)
    case .group: return once(alerts.count > 1)
    case .evidence: return once(alert.evidence != nil)
    case .last: return once(context.isLast)
    case .alerts:
      return alerts.enumerated().map { index, alert in
        Context(alert: alert, isLast: index == alerts.count - 1, isListed: true)
      }
    case .reasons: return each(alert.reasons, .reasons, context) { .reason($0) }
    case .checklist: return each(alert.checklist, .checklist, context) { .answer($0) }
    case .commands: return each(alert.commands, .commands, context) { .command($0) }
    case .links: return each(alert.links, .links, context) { .link($0) }
    case .growers:
      // What chance explains is no place to look at.
      let growers = (alert.evidence?.growers ?? []).filter(\.isBeyondSamplingError)
      return each(growers, .growers, context) { .grower($0) }
    }
  }

  private func each<Element>(
    _ values: [Element], _ list: TemplateSection, _ context: Context,
    _ wrap: (Element) -> Context.Element
  ) -> [Context] {
    values.enumerated().map { index, value in
      var inner = context
      inner.elements[list] = wrap(value)
      inner.isLast = index == values.count - 1
      return inner
    }
  }

  private func written(_ value: JSONValue, _ filters: [TemplateFilter]) -> String {
    var value = value
    for filter in filters {
      switch filter {
      case .cut(let count):
        if case .string(let text) = value { value = .string(text.shortened(to: count)) }
      case .json: return value.text
      case .urlencode: return Self.percentEncoded(value.plainText)
      }
    }
    switch escape {
    case .plain: return value.plainText
    case .form: return Self.percentEncoded(value.plainText)
    case .json: return String(JSONValue.string(value.plainText).text.dropFirst().dropLast())
    }
  }

  /// Every byte but RFC 3986's unreserved ones.
  private static func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}

extension JSONValue {
  /// Text without quotes; nothing for null.
  fileprivate var plainText: String {
    switch self {
    case .string(let text): text
    case .null: ""
    default: text
    }
  }
}
