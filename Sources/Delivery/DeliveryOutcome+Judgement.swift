internal import Alerting

extension DeliveryOutcome {
  /// The outcome at a receiver of which only a 400 speaks of the alert. Every other refusal comes from
  /// what stands around or before it (a proxy, a password, a path) and will be mended: the alert must
  /// not be lost to it.
  func finalOnlyIfBadRequest(receiver: String) -> DeliveryOutcome {
    guard case .answered(let status, _, _) = self, (300...499).contains(status),
      ![400, 408, 429].contains(status)
    else { return self }
    let advice =
      switch status {
      case 300...399: "; redirects are not followed, name the final address"
      case 401, 403: "; check the credentials of this sink"
      case 404, 405, 410: "; is this the address of \(receiver)?"
      default: ""
      }
    return .failed(reason: reason + advice)
  }
}
