internal import Alerting
internal import TimeSeries

/// What is asked of the daemon about silences, as it travels: words separated by single spaces; at the
/// end, where texts may hold spaces, the services and the reason with a tab between them.
enum SilenceRequest: Equatable {
  struct Wish: Equatable {
    var services: ServicePattern
    var kind: AlertKind?
    var span: TimeSpan
    var reason: String
  }

  case begin(Wish, StatusQuestion.Form)
  case end(Int64, StatusQuestion.Form)
  case list(StatusQuestion.Form)

  /// A silence for longer is a rule that should be off, or a sink's `services`.
  static let spans: ClosedRange<TimeSpan> = .seconds(1)...(.days(365))
  static let longestReason = 500
  static let longestPattern = 200

  var line: String {
    switch self {
    case .begin(let wish, let form):
      "silence-begin \(form.word) \(wish.span.milliseconds) \(wish.kind?.rawValue ?? "-") "
        + "\(wish.services.text)\t\(wish.reason)"
    case .end(let id, let form): "silence-end \(form.word) \(id)"
    case .list(let form): "silence-list \(form.word)"
    }
  }

  /// nil for another question, and for one that no LeakWatch asks.
  init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, let form = StatusQuestion.Form(word: words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("silence-list", 2): self = .list(form)
    case ("silence-end", 3):
      guard let id = Int64(words[2]) else { return nil }
      self = .end(id, form)
    case ("silence-begin", 3):
      guard let wish = Self.wish(words[2]) else { return nil }
      self = .begin(wish, form)
    default: return nil
    }
  }

  private static func wish(_ text: Substring) -> Wish? {
    let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, let milliseconds = Int64(words[0]) else { return nil }
    let texts = words[2].split(separator: "\t", omittingEmptySubsequences: false)
    let kind = words[1] == "-" ? nil : AlertKind(rawValue: String(words[1]))
    guard texts.count == 2, words[1] == "-" || kind != nil else { return nil }
    return Wish(
      services: ServicePattern(String(texts[0])), kind: kind,
      span: TimeSpan(milliseconds: milliseconds), reason: String(texts[1]))
  }
}

extension SilenceRequest.Wish {
  /// Why it cannot be, in words for the one who asks; nil where it can.
  var problem: String? {
    if !SilenceRequest.spans.contains(span) { return "--for takes 1s to 365d" }
    if services.text.isEmpty { return "name a service, or a pattern such as \"api-*\"" }
    if services.text.utf8.count > SilenceRequest.longestPattern {
      return "the pattern is longer than \(SilenceRequest.longestPattern) bytes"
    }
    if reason.isEmpty { return "say why, with --why: whoever finds the silence wants to know" }
    if reason.utf8.count > SilenceRequest.longestReason {
      return "--why takes \(SilenceRequest.longestReason) bytes at most"
    }
    let texts = services.text + reason
    if texts.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "neither the pattern nor --why can have control characters, newlines among them"
    }
    return nil
  }
}
