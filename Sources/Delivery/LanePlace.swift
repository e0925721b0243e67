/// Where the lane of one sink stands. It is changed in its place: to take it out of a dictionary and put
/// it back, several times for each delivery, costs as much as the rest of the courier's work on it.
final class LanePlace {
  var lane: SinkLane

  init(_ lane: SinkLane) { self.lane = lane }
}
