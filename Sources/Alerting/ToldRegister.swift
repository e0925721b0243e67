/// What each sink was told: a value without I/O, with a copy on disk.
package struct ToldRegister: Sendable {
  private var bySink: [AlertEpisode: [String: ToldAlert]] = [:]

  package init(_ told: [ToldAlert] = []) {
    for one in told { self[one.slot] = one }
  }

  package subscript(slot: QueuedNotification.Slot) -> ToldAlert? {
    get { bySink[slot.identity]?[slot.sink] }
    set {
      let identity = slot.identity
      bySink[identity, default: [:]][slot.sink] = newValue
      if newValue == nil, bySink[identity]?.isEmpty == true { bySink[identity] = nil }
    }
  }

  /// The sinks that know of an episode, by name.
  package func slots(of identity: AlertEpisode) -> [QueuedNotification.Slot] {
    (bySink[identity] ?? [:]).values.map(\.slot).sorted { $0.sink < $1.sink }
  }

  package var all: [ToldAlert] {
    bySink.values.flatMap(\.values).sorted {
      ($0.slot.sink, $0.slot.key, $0.slot.episode.text)
        < ($1.slot.sink, $1.slot.key, $1.slot.episode.text)
    }
  }
}
