import Alerting
import Delivery
import TimeSeries

/// A courier's world under the test's hand: time passes when told, sinks answer what they are told.
final class World {
  struct Sent: Equatable {
    var second: Double
    var sink: String
    var id: String
  }

  /// Seconds since the start, for readable expectations.
  var second: Double { (now - Self.start).seconds }
  static let start = Timestamp(milliseconds: 1_795_341_600_000)

  private(set) var now = World.start
  private var alarms: [Int: (due: Timestamp, action: () -> Void)] = [:]
  private var lastAlarm = 0
  private(set) var sent: [Sent] = []
  private(set) var requests: [OutgoingRequest] = []
  private(set) var events: [DeliveryEvent] = []
  /// What a sink answers at once; a sink without an entry stays silent until `answer`.
  var answers: [String: (OutgoingRequest) -> DeliveryOutcome] = [:]
  /// How long a sink without an entry in `answers` takes to say 200; the request's timeout ends it.
  var answeringSpans: [String: TimeSpan] = [:]
  /// What a sink without an entry in `answers` does: when it has dealt with the request, and how; the
  /// request's timeout ends it.
  var handlers: [String: (OutgoingRequest) -> (after: TimeSpan, handle: () -> DeliveryOutcome)] =
    [:]
  private var unanswered: [(request: OutgoingRequest, completion: (DeliveryOutcome) -> Void)] = []
  var onPost: () -> Void = {}

  func courier(outbox: (any NotificationOutbox)?) -> Courier {
    Courier(
      transport: self, outbox: outbox,
      surroundings: CourierSurroundings(
        now: { [unowned self] in now }, random: { 1 },
        setAlarm: { [unowned self] span, action in setAlarm(span, action) }),
      onEvent: { [unowned self] in events.append($0) })
  }

  /// Lets time pass, ringing each alarm at its moment.
  func pass(_ span: TimeSpan) {
    let end = now + span
    while let (id, alarm) = alarms.min(by: { ($0.value.due, $0.key) < ($1.value.due, $1.key) }),
      alarm.due <= end
    {
      alarms[id] = nil
      now = max(now, alarm.due)
      alarm.action()
    }
    now = end
  }

  func putClockBack(by span: TimeSpan) { now = now - span }

  /// Sets the clock. Alarms ring after as long as before.
  func setClock(by span: TimeSpan) {
    now = now + span
    alarms = alarms.mapValues { ($0.due + span, $0.action) }
  }

  /// Ends the oldest unanswered request to `sink`; with `twice`, a broken transport calls back again.
  func answer(_ sink: String, _ outcome: DeliveryOutcome, twice: Bool = false) {
    guard let index = unanswered.firstIndex(where: { $0.request.sink == sink }) else { return }
    let completion = unanswered.remove(at: index).completion
    completion(outcome)
    if twice { completion(outcome) }
  }

  var unansweredCount: Int { unanswered.count }
  var alarmCount: Int { alarms.count }

  /// The journal's share of what the courier told.
  var records: [String] { events.compactMap { $0.record?.message } }

  /// What the courier said was delivered, in order.
  var delivered: [QueuedNotification] {
    events.compactMap { if case .delivered(let notification) = $0 { notification } else { nil } }
  }

  private func setAlarm(_ span: TimeSpan, _ action: @escaping () -> Void) -> () -> Void {
    lastAlarm += 1
    let id = lastAlarm
    alarms[id] = (now + span, action)
    return { [unowned self] in alarms[id] = nil }
  }
}

extension World: NotificationTransport {
  func post(_ request: OutgoingRequest, completion: @escaping (DeliveryOutcome) -> Void) {
    onPost()
    requests.append(request)
    sent.append(
      Sent(second: second, sink: request.sink, id: String(decoding: request.body, as: UTF8.self)))
    if let answer = answers[request.sink] {
      completion(answer(request))
    } else if let (span, handle) = handlers[request.sink]?(request) {
      let isInTime = span <= request.timeout
      _ = setAlarm(min(span, request.timeout)) {
        completion(isInTime ? handle() : .failed(reason: "timed out"))
      }
    } else if let span = answeringSpans[request.sink] {
      let outcome: DeliveryOutcome =
        span <= request.timeout ? .answered(status: 200) : .failed(reason: "timed out")
      _ = setAlarm(min(span, request.timeout)) { completion(outcome) }
    } else {
      unanswered.append((request, completion))
    }
  }
}

/// A sink whose body is "service/status", so that a log of requests reads like a story.
struct PlainSink: NotificationSink {
  var name: String
  var format = "plain"
  var maximumAge = TimeSpan.hours(24)
  var batchLimit = 1
  var route = AlertRoute()

  func body(for alert: Alert) -> [UInt8] {
    Array("\(alert.key.service.text)/\(alert.status.rawValue)".utf8)
  }

  func request(
    for notification: QueuedNotification, at now: Timestamp
  ) throws(SecretFailure) -> OutgoingRequest {
    OutgoingRequest(
      sink: name, url: "http://127.0.0.1/", headers: [.init("webhook-id", notification.id)],
      body: body(of: notification), timeout: .seconds(15))
  }
}

/// An outbox in memory that can be told to fail.
final class MemoryOutbox: NotificationOutbox {
  struct DiskFull: Error, CustomStringConvertible {
    var description: String { "disk full" }
  }

  struct BadBlock: Error, CustomStringConvertible {
    var description: String { "bad block" }
  }

  var isFailing = false
  var isUnreadable = false
  /// Changes written or tried, of whatever size.
  private(set) var writeCount = 0
  /// Notifications that came with each change.
  private(set) var keptCounts: [Int] = []
  private var bySlot: [QueuedNotification.Slot: (place: Int, row: QueuedNotification)] = [:]
  private var slots: [String: QueuedNotification.Slot] = [:]
  private var lastPlace = 0
  private(set) var told: [QueuedNotification.Slot: ToldAlert] = [:]
  private(set) var alerts: [AlertEpisode: Alert] = [:]

  func apply(_ change: OutboxChange) throws {
    writeCount += 1
    if isFailing { throw DiskFull() }
    keptCounts.append(change.kept.count)
    for notification in change.kept { put(notification) }
    for notification in change.removed {
      if let slot = slots.removeValue(forKey: notification.id) { bySlot[slot] = nil }
    }
    for one in change.told { told[one.slot] = one }
    for slot in change.untold { told[slot] = nil }
    for alert in change.alerts { alerts[alert.identity] = alert }
    for identity in change.forgotten { alerts[identity] = nil }
  }

  func content() throws -> OutboxContent {
    if isFailing { throw DiskFull() }
    if isUnreadable { throw BadBlock() }
    return OutboxContent(
      waiting: rows, told: Array(told.values), alerts: Array(alerts.values))
  }

  func postpone(_ notifications: [QueuedNotification]) throws {
    if isFailing { throw DiskFull() }
    for notification in notifications where slots[notification.id] != nil { put(notification) }
  }

  var rows: [QueuedNotification] {
    bySlot.values.sorted { $0.place < $1.place }.map(\.row)
  }

  private func put(_ notification: QueuedNotification) {
    if let old = bySlot[notification.slot] {
      slots[old.row.id] = nil
      bySlot[notification.slot] = (old.place, notification)
    } else {
      lastPlace += 1
      bySlot[notification.slot] = (lastPlace, notification)
    }
    slots[notification.id] = notification.slot
  }

  func replace(with content: OutboxContent) throws {
    if isFailing {
      writeCount += 1
      throw DiskFull()
    }
    (bySlot, slots, told, alerts) = ([:], [:], [:], [:])
    var change = OutboxChange(kept: content.waiting)
    (change.told, change.alerts) = (content.told, content.alerts)
    try apply(change)
  }
}

extension Alert {
  static func sample(
    _ service: String = "api", _ status: Status = .firing, severity: Severity = .page,
    episode: String = "ep-1"
  ) -> Alert {
    let name = ServiceName(service)
    return Alert(
      key: AlertKey(service: name, kind: .memoryGrowth), status: status, severity: severity,
      episode: EpisodeID(text: "\(service)-\(episode)"), host: "db-3", startedAt: World.start,
      at: World.start, summary: "\(service): memory grows 512 MiB/day",
      description: ServiceDescription(name: name))
  }
}
