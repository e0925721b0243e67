internal import Formats
internal import LinuxSystem

/// Why a question is not answered.
struct HelperRefusal: Error {
  var reason: String
  /// Whether it will be so as long as the process lives.
  var isFinal: Bool

  static func final(_ reason: String) -> HelperRefusal {
    HelperRefusal(reason: reason, isFinal: true)
  }

  static func passing(_ reason: String) -> HelperRefusal {
    HelperRefusal(reason: reason, isFinal: false)
  }

  static func passing(_ what: String, _ error: SystemError) -> HelperRefusal {
    .passing("\(what): \(error)")
  }

  var answer: HelperAnswer { isFinal ? .refused(reason) : .failed(reason) }
}
