package import TimeSeries

/// For a while nobody is told of some alerts; the journal records them.
package struct Silence: Hashable, Sendable {
  /// Never given twice.
  package var id: Int64
  package var services: ServicePattern
  /// nil: every alert of the services.
  package var kind: AlertKind?
  /// Why, in words of the one who asked.
  package var reason: String
  /// Who asked, as the kernel says: "root", "user 1000".
  package var author: String
  package var begunAt: Timestamp
  package var endsAt: Timestamp

  package init(
    id: Int64, services: ServicePattern, kind: AlertKind? = nil, reason: String, author: String,
    begunAt: Timestamp, endsAt: Timestamp
  ) {
    self.id = id
    self.services = services
    self.kind = kind
    self.reason = reason
    self.author = author
    self.begunAt = begunAt
    self.endsAt = endsAt
  }

  package func covers(_ key: AlertKey) -> Bool {
    (kind == nil || kind == key.kind) && services.matches(key.service)
  }

  /// "api, memory_growth" or "api": what is silent.
  package var subject: String {
    services.text + (kind.map { ", \($0.rawValue)" } ?? "")
  }
}

/// The silences of this moment: a value without I/O.
package struct SilenceList: Hashable, Sendable {
  /// More at once are a mistake of a script.
  package static let most = 1000

  /// By id.
  package private(set) var silences: [Silence]

  package init(_ silences: [Silence] = []) {
    self.silences = silences.sorted { $0.id < $1.id }
  }

  package var isEmpty: Bool { silences.isEmpty }

  /// The one that ends last of those that hold for the alert now; nil where people are told.
  package func covering(_ key: AlertKey, at now: Timestamp) -> Silence? {
    silences.filter { $0.endsAt > now && $0.covers(key) }
      .max { ($0.endsAt, $1.id) < ($1.endsAt, $0.id) }
  }

  /// Those that hold for a service, whatever the alert.
  package func covering(_ service: ServiceName, at now: Timestamp) -> [Silence] {
    silences.filter { $0.endsAt > now && $0.services.matches(service) }
  }

  /// When the first of them ends by itself.
  package var nextEnd: Timestamp? { silences.map(\.endsAt).min() }

  package mutating func add(_ silence: Silence) {
    silences.append(silence)
    silences.sort { $0.id < $1.id }
  }

  /// - Returns: the one that was taken out.
  package mutating func end(_ id: Int64) -> Silence? {
    guard let index = silences.firstIndex(where: { $0.id == id }) else { return nil }
    return silences.remove(at: index)
  }

  /// Moves them in time, by less than nothing where the clock was put back.
  package mutating func shift(by span: TimeSpan) {
    for index in silences.indices {
      silences[index].begunAt = silences[index].begunAt + span
      silences[index].endsAt = silences[index].endsAt + span
    }
  }

  /// Takes out those whose time is over.
  package mutating func removeEnded(at now: Timestamp) -> [Silence] {
    let ended = silences.filter { $0.endsAt <= now }
    silences.removeAll { $0.endsAt <= now }
    return ended
  }
}
