internal import LinuxSystem
internal import Scrapers
internal import TimeSeries

/// Asks systemd what each unit runs, when it is first seen and after each of its restarts, so that a new
/// build shows also where no metric tells of it. Where there is no systemd, nothing is known.
final class UnitPrograms {
  /// A bus allows so and so many calls that wait for their answer (dbus-daemon(1):
  /// `max_replies_per_connection`, 128).
  private static let callsAtOnce = 16

  private struct Question {
    var service: ServiceName
    var unit: String
    var life: String
    var startedAt: Timestamp?
  }

  private let bus: SystemBus
  private var waiting: [Question] = []
  private var open = 0
  /// The life that was asked about last: an answer on another one comes too late.
  private var lives: [ServiceName: String] = [:]
  private var known: [ServiceName: BuildMarks.Program] = [:]

  init(bus: SystemBus) {
    self.bus = bus
  }

  /// What is known of the life that runs; nil before the answer.
  func program(of service: ServiceName) -> BuildMarks.Program? { known[service] }

  /// A service was found, or came back.
  ///
  /// - Parameter start: when this life began.
  func ask(about service: ServiceDescription, startedAt start: Timestamp?) {
    forget(service.name)
    guard let unit = service.unit, unit.hasSuffix(".service"), let life = service.invocationID
    else {
      return
    }
    lives[service.name] = life
    waiting.append(Question(service: service.name, unit: unit, life: life, startedAt: start))
    askNext()
  }

  func forget(_ service: ServiceName) {
    lives[service] = nil
    known[service] = nil
  }

  private func askNext() {
    while open < Self.callsAtOnce, !waiting.isEmpty {
      let question = waiting.removeFirst()
      open += 1
      bus.commands(of: question.unit) { [weak self] result in
        guard let self else { return }
        open -= 1
        if case .success(let commands) = result, lives[question.service] == question.life {
          known[question.service] = ProgramFiles.mark(commands, startedAt: question.startedAt)
        }
        askNext()
      }
    }
  }
}
