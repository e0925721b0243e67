internal import Engine
internal import LinuxSystem
internal import TimeSeries

extension Daemon {
  /// Answers `leakwatch status` and `explain`, where there is a runtime directory to listen in.
  func openStatusSocket() {
    guard let path = StatusSocket.ownPath else { return }
    do {
      questions = try LocalServer(path: path, loop: loop) { [unowned self] line in
        desk.answer(line)
      }
    } catch {
      tellProblem("`leakwatch status` will not be answered: \(error)")
    }
  }
}
