internal import TimeSeries

/// A question to the running daemon, as it travels: words separated by single spaces, the service's
/// name last because it may hold spaces itself.
enum StatusQuestion: Equatable {
  enum Form: Equatable {
    case json
    case text(width: Int, inColour: Bool)
  }

  case status(Form)
  case explain(String, Form)
  /// Of one service or of all, what fired or ended since then.
  case history(String?, since: Timestamp, Form)

  var line: String {
    switch self {
    case .status(let form): "status \(form.word)"
    case .explain(let service, let form): "explain \(form.word) \(service)"
    case .history(let service, let since, let form):
      "history \(form.word) \(since.milliseconds)" + (service.map { " \($0)" } ?? "")
    }
  }

  init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, let form = Form(word: words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("status", 2): self = .status(form)
    case ("explain", 3): self = .explain(String(words[2]), form)
    case ("history", 3):
      let rest = words[2].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      guard let since = Int64(rest[0]) else { return nil }
      self = .history(
        rest.count > 1 ? String(rest[1]) : nil, since: Timestamp(milliseconds: since), form)
    default: return nil
    }
  }
}

extension StatusQuestion.Form {
  var word: String {
    switch self {
    case .json: "json"
    case .text(let width, let inColour): "\(inColour ? "colour" : "plain"):\(width)"
    }
  }

  init?(word: Substring) {
    if word == "json" {
      self = .json
      return
    }
    let parts = word.split(separator: ":")
    guard parts.count == 2, let width = Int(parts[1]), (20...1000).contains(width),
      ["colour", "plain"].contains(parts[0])
    else { return nil }
    self = .text(width: width, inColour: parts[0] == "colour")
  }
}

/// The daemon's answer: a first line that says whether it is one, then the text.
enum StatusReply {
  private static let good = "ok\n"
  private static let bad = "error\n"

  static func answer(_ text: String) -> [UInt8] { Array((good + text).utf8) }
  static func failure(_ reason: String) -> [UInt8] { Array((bad + reason).utf8) }

  /// - Returns: nil for what is no reply of a LeakWatch.
  static func read(_ bytes: [UInt8]) -> Result<String, StatusFailure>? {
    let text = String(decoding: bytes, as: UTF8.self)
    if text.hasPrefix(good) { return .success(String(text.dropFirst(good.count))) }
    if text.hasPrefix(bad) {
      return .failure(StatusFailure(reason: String(text.dropFirst(bad.count))))
    }
    return nil
  }
}

/// Why the daemon gave no answer, in words for a person.
struct StatusFailure: Error {
  var reason: String
}
