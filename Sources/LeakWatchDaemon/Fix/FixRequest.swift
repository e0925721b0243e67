/// Somebody's word that a leak is fixed, as it travels to the daemon: words separated by single spaces;
/// at the end, where texts may hold spaces, the service and the reason with a tab between them.
struct FixRequest: Equatable {
  var service: String
  var why: String
  var form: StatusQuestion.Form

  static let longestReason = 500

  init(service: String, why: String, form: StatusQuestion.Form) {
    self.service = service
    self.why = why
    self.form = form
  }

  var line: String { "fixed \(form.word) \(service)\t\(why)" }

  /// nil for another question, and for one that no LeakWatch asks.
  init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "fixed", let form = StatusQuestion.Form(word: words[1])
    else { return nil }
    let texts = words[2].split(separator: "\t", omittingEmptySubsequences: false)
    guard texts.count == 2 else { return nil }
    self.init(service: String(texts[0]), why: String(texts[1]), form: form)
  }

  /// Why it cannot be, in words for the one who asks; nil where it can.
  var problem: String? {
    if service.isEmpty { return "name the service that is fixed" }
    if why.utf8.count > Self.longestReason {
      return "--why takes \(Self.longestReason) bytes at most"
    }
    if (service + why).unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    {
      return "neither the service nor --why can have control characters, newlines among them"
    }
    return nil
  }
}
