/// A large value behind one pointer, so that what holds it is small to copy and to move.
indirect enum Indirect<Value: Sendable>: Sendable {
  case stored(Value)

  var value: Value {
    switch self {
    case .stored(let value): value
    }
  }
}
