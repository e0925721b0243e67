/// What each sink was told: a value without I/O, with a copy on disk.
package struct ToldRegister: Sendable {
  /// One table, as thousands of alerts may be known to one sink or two.
  private var bySlot: [QueuedNotification.Slot: ToldAlert] = [:]
  /// Of every sink that was told something.
  private var sinks: Set<String> = []

  package init(_ told: [ToldAlert] = []) {
    for one in told { self[one.slot] = one }
  }

  package subscript(slot: QueuedNotification.Slot) -> ToldAlert? {
    get { bySlot[slot] }
    set {
      if newValue != nil { sinks.insert(slot.sink) }
      bySlot[slot] = newValue
    }
  }

  /// The sinks that know of an episode, by name.
  package func slots(of identity: AlertEpisode) -> [QueuedNotification.Slot] {
    sinks.sorted().compactMap { sink in
      let slot = QueuedNotification.Slot(
        sink: sink, key: identity.key, episode: identity.episode)
      return bySlot[slot] == nil ? nil : slot
    }
  }

  package var all: [ToldAlert] {
    bySlot.values.sorted {
      ($0.slot.sink, $0.slot.key, $0.slot.episode.text)
        < ($1.slot.sink, $1.slot.key, $1.slot.episode.text)
    }
  }
}
