internal import Delivery
internal import LinuxSystem
internal import TimeSeries
internal import WatchConfiguration

/// Signs of life for a service that raises the alarm when they stay away. Whoever calls `beat` has just
/// done what LeakWatch is there for; no timer of its own would prove that.
final class Heartbeat {
  private let client: LazyHTTPClient
  /// Takes why it fails, once, and nil when it works again.
  private let tell: (String?) -> Void
  private var settings = Configuration.Heartbeat()
  private var lastBeat: TimeSpan?
  private var isUnderWay = false
  private var isFailing = false

  init(client: LazyHTTPClient, tell: @escaping (String?) -> Void) {
    self.client = client
    self.tell = tell
  }

  func use(_ settings: Configuration.Heartbeat) {
    if settings != self.settings { (lastBeat, isFailing) = (nil, false) }
    self.settings = settings
  }

  /// - Parameter now: monotonic. An evaluation that comes a little early does not miss its turn.
  func beat(at now: TimeSpan) {
    let interval = TimeSpan(milliseconds: settings.interval.milliseconds * 9 / 10)
    guard settings.isEnabled, !isUnderWay, lastBeat.map({ now - $0 >= interval }) ?? true else {
      return
    }
    lastBeat = now
    do throws(SecretFailure) {
      send(try address.readText())
    } catch {
      note(error.description)
    }
  }

  private var address: SecretSource {
    if let url = settings.url { return .literal(url.text) }
    return .file(settings.urlFile ?? "")
  }

  private func send(_ url: String) {
    var request = HTTPRequest(settings.method == .post ? .post : .get, url: url)
    if settings.method == .post { request.body = [] }
    request.timeout = settings.timeout
    request.connectTimeout = min(.seconds(5), settings.timeout)
    request.maximumResponseBytes = 64 << 10
    request.hasSecretPath = true
    isUnderWay = true
    client.send(request) { [weak self] result in
      guard let self else { return }
      isUnderWay = false
      switch result {
      case .success(let answer) where (200..<300).contains(answer.status): note(nil)
      case .success(let answer): note("\(request.displayURL) answered \(answer.status)")
      case .failure(let failure): note(failure.description)
      }
    }
  }

  private func note(_ failure: String?) {
    if (failure != nil) != isFailing { tell(failure) }
    isFailing = failure != nil
  }
}
