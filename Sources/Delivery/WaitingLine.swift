package import Alerting

/// The notifications that wait for one sink, in order of arrival: an array from whose front one is
/// taken without moving the others, since thousands may wait.
package struct WaitingLine: RandomAccessCollection, MutableCollection, RangeReplaceableCollection,
  Hashable, Sendable, ExpressibleByArrayLiteral
{
  /// Those before `start` are gone.
  private var places: [QueuedNotification?] = []
  private var start = 0

  package init() {}

  package init(arrayLiteral elements: QueuedNotification...) {
    places = elements
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { places.count - start }

  package subscript(position: Int) -> QueuedNotification {
    get {
      guard let notification = places[start + position] else {
        preconditionFailure("every place from `start` on is taken")
      }
      return notification
    }
    set { places[start + position] = newValue }
  }

  // The two that each notification goes through, without the arrays of the general way.

  package mutating func append(_ notification: QueuedNotification) {
    places.append(notification)
  }

  @discardableResult
  package mutating func remove(at position: Int) -> QueuedNotification {
    let notification = self[position]
    if position == 0 {
      leaveBehind(1)
    } else {
      places.remove(at: start + position)
    }
    return notification
  }

  /// Half of the places before the first are given back at a time: each is moved once at most on
  /// average.
  private mutating func leaveBehind(_ count: Int) {
    for index in start..<start + count { places[index] = nil }
    start += count
    guard start > 32, start > places.count / 2 else { return }
    places.removeSubrange(0..<start)
    start = 0
  }

  package mutating func replaceSubrange(
    _ subrange: Range<Int>, with newElements: some Collection<QueuedNotification>
  ) {
    guard subrange.lowerBound == 0 else {
      places.replaceSubrange(
        subrange.lowerBound + start..<subrange.upperBound + start, with: newElements.map { $0 })
      return
    }
    leaveBehind(subrange.count)
    if newElements.count <= start {
      for notification in newElements.reversed() {
        start -= 1
        places[start] = notification
      }
    } else {
      places.replaceSubrange(0..<start, with: newElements.map { $0 })
      start = 0
    }
  }

  package static func == (one: WaitingLine, other: WaitingLine) -> Bool {
    one.elementsEqual(other)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for notification in self { hasher.combine(notification) }
  }
}
