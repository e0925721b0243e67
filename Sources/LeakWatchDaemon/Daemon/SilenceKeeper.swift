internal import Alerting
internal import LinuxSystem
internal import Storage
internal import TimeSeries

/// The silences of the running daemon: on disk before anybody is told that they hold.
final class SilenceKeeper {
  private let store: SilenceStore?
  private let tell: (JournalRecord) -> Void
  private(set) var list = SilenceList()

  init(_ store: SilenceStore?, tell: @escaping (JournalRecord) -> Void) {
    self.store = store
    self.tell = tell
  }

  /// Those of an earlier run. What ended while nobody watched ends now.
  func load(at now: Timestamp) {
    guard let store else { return }
    do {
      let contents = try store.read()
      list = SilenceList(contents.silences)
      if !contents.damaged.isEmpty {
        tell(
          .pastDamaged(
            contents.damaged.map { "silence \($0.id), which no longer holds (\($0.words))" }))
        // What cannot be removed now is told again at the next start.
        try? store.remove(contents.damaged.map(\.id))
      }
    } catch {
      tell(.stateUnavailable(reason: "the silences cannot be read: \(error)"))
    }
    _ = removeEnded(at: now)
  }

  /// A clock that was put back makes no silence longer, before a restart or after it.
  func clockMoved(by span: TimeSpan) {
    guard span < .zero, !list.isEmpty else { return }
    list.shift(by: span)
    do {
      try store?.move(list.silences)
    } catch {
      tell(.stateUnavailable(reason: "silences would last longer after a restart: \(error)"))
    }
  }

  /// Writes all of them into a file that was begun anew.
  func writeAnew() throws(DatabaseError) { try store?.writeAnew(list.silences) }

  /// - Returns: whether any ended.
  func removeEnded(at now: Timestamp) -> Bool {
    let ended = list.removeEnded(at: now)
    guard !ended.isEmpty else { return false }
    // What stays on disk for a disk that fails is over at the next start, too.
    try? store?.remove(ended.map(\.id))
    for silence in ended { tell(.silenceEnded(silence, by: nil)) }
    return true
  }

  func answer(
    _ request: SilenceRequest, from peer: LocalPeer, services: [ServiceName], at now: Timestamp
  ) -> [UInt8] {
    switch request {
    case .list(let form): return StatusReply.answer(SilenceText.list(list, form, at: now))
    case .begin, .end:
      guard peer.mayChangeThings else {
        return StatusReply.failure(
          "only root and LeakWatch's own user may begin and end silences; you are \(peer.name)")
      }
    }
    switch request {
    case .begin(let wish, let form): return begin(wish, form, peer, services, now)
    case .end(let id, let form): return end(id, form, peer, now)
    case .list: return []
    }
  }

  private func begin(
    _ wish: SilenceRequest.Wish, _ form: StatusQuestion.Form, _ peer: LocalPeer,
    _ services: [ServiceName], _ now: Timestamp
  ) -> [UInt8] {
    if let problem = wish.problem { return StatusReply.failure(problem) }
    guard list.silences.count < SilenceList.most else {
      return StatusReply.failure("there are \(SilenceList.most) silences already; end some first")
    }
    guard let store else {
      return StatusReply.failure(
        "a silence must outlive a restart, and there is no state directory to keep it in")
    }
    do {
      let silence = try store.add(
        Silence(
          id: 0, services: wish.services, kind: wish.kind, reason: wish.reason,
          author: peer.name, begunAt: now, endsAt: now + wish.span))
      list.add(silence)
      tell(.silenceBegun(silence))
      let known = services.count { wish.services.matches($0) }
      return StatusReply.answer(SilenceText.begun(silence, services: known, form, at: now))
    } catch {
      return StatusReply.failure("the silence cannot be kept, so it does not hold: \(error)")
    }
  }

  private func end(
    _ id: Int64, _ form: StatusQuestion.Form, _ peer: LocalPeer, _ now: Timestamp
  ) -> [UInt8] {
    guard list.silences.contains(where: { $0.id == id }) else {
      let known = list.silences.map { String($0.id) }.joined(separator: ", ")
      return StatusReply.failure(
        "there is no silence \(id); there "
          + (known.isEmpty ? "is none" : "are: \(known)"))
    }
    do {
      try store?.remove([id])
    } catch {
      return StatusReply.failure("the silence cannot be ended, it holds: \(error)")
    }
    guard let silence = list.end(id) else { return [] }
    tell(.silenceEnded(silence, by: peer.name))
    return StatusReply.answer(SilenceText.ended(silence, form, at: now))
  }
}
