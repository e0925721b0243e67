import Alerting
import TestSupport
import Testing
import TimeSeries

@testable import Delivery

@Suite struct WaitingLineTests {
  private static func notification(_ number: Int) -> QueuedNotification {
    let key = AlertKey(service: ServiceName("s\(number)"), kind: .oomKill)
    return QueuedNotification(
      id: "\(number)", sink: "pager", key: key, episode: EpisodeID(text: "e"), status: .firing,
      severity: .page, summary: "", message: .words([], format: "plain"), queuedAt: World.start)
  }

  /// Whatever is done to it, it is an array by another name.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func itIsAnArray(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var line = WaitingLine()
    var array: [QueuedNotification] = []
    for number in 0..<600 {
      let one = Self.notification(number)
      switch Int.random(in: 0..<9, using: &generator) {
      case 0...2:
        line.append(one)
        array.append(one)
      case 3:
        line.insert(one, at: 0)
        array.insert(one, at: 0)
      case 4...6 where !array.isEmpty:
        #expect(line.removeFirst() == array.removeFirst())
      case 7 where !array.isEmpty:
        let index = Int.random(in: 0..<array.count, using: &generator)
        #expect(line.remove(at: index) == array.remove(at: index))
        if index < array.count {
          line[index].attempts += 1
          array[index].attempts += 1
        }
      case 8 where number % 50 == 0:
        line.removeAll { $0.attempts > 0 }
        array.removeAll { $0.attempts > 0 }
      default: break
      }
      #expect(line.elementsEqual(array) && line.count == array.count)
    }
  }
}
