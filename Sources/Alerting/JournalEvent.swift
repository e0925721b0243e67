/// What LeakWatch tells the journal, one kind of event each. Only transitions are told, never the
/// same state twice.
///
/// The message id stays the same for ever (scripts match on it, `journalctl MESSAGE_ID=…`); the
/// catalog `deploy/systemd/leakwatch.catalog` explains each to `journalctl -x`.
package enum JournalEvent: String, CaseIterable, Hashable, Sendable {
  case alertFiring = "alert_firing"
  case alertResolved = "alert_resolved"
  case oomKill = "oom_kill"
  case targetDown = "target_down"
  case targetUp = "target_up"
  /// A part of a source cannot be read, or something on the host stands in the way of watching.
  case sourceProblem = "source_problem"
  case deliveryFailed = "delivery_failed"
  case sinkDown = "sink_down"
  case sinkUp = "sink_up"
  case configurationRejected = "configuration_rejected"
  case configurationReloaded = "configuration_reloaded"
  case started = "started"
  case stopping = "stopping"
  /// Services or series are left out because the memory bound is reached.
  case leftOut = "left_out"
  /// The state directory cannot be used: alerts that wait are kept in memory alone.
  case stateUnavailable = "state_unavailable"
  /// The state directory can be used again.
  case stateAvailable = "state_available"
  /// A damaged state file was set aside and a new one begun.
  case stateSetAside = "state_set_aside"
  /// Parts of the kept past cannot be read and begin anew.
  case pastDamaged = "past_damaged"
  /// Somebody asked that nobody be told of some alerts for a while.
  case silenceBegun = "silence_begun"
  /// That is over, by itself or because somebody ended it.
  case silenceEnded = "silence_ended"
  /// A dry run of a restart policy: what would have been done.
  case restartRehearsed = "restart_rehearsed"
  /// A service is restarted by its policy.
  case restartBegun = "restart_begun"
  /// A restart was asked for through a sink.
  case restartRequested = "restart_requested"
  /// A service that was restarted is well again.
  case restartDone = "restart_done"
  /// A restart failed, was refused, or did not help.
  case restartFailed = "restart_failed"
  /// A service is due for a restart and held back.
  case restartHeld = "restart_held"
  /// A leaking service has come back changed, and its fix is watched.
  case fixWatched = "fix_watched"
  /// Growth since the change says what became of the leak.
  case fixJudged = "fix_judged"
  /// A leaking service was restarted with the same build, or the build that leaks runs again.
  case noFix = "no_fix"

  /// 128 bits in hexadecimal, made at random once.
  package var messageID: String {
    switch self {
    case .alertFiring: "924bdc38ff454f24aa46e346d2d7296c"
    case .alertResolved: "bf2d2decc21c442cadba67394f2658c6"
    case .oomKill: "aa6736b68a2b4e1e9f10c220c85c303e"
    case .targetDown: "94407859502b4de68bb97f2bc028e3a8"
    case .targetUp: "ac135db42db645f3917eecf7a42aca5f"
    case .sourceProblem: "a1bc4dc87b594de096f1b60357085206"
    case .deliveryFailed: "9ca0a3a3bb474ec992a1e308ab603d57"
    case .sinkDown: "2b3486e5672d43eca7e95b3bed447562"
    case .sinkUp: "385c3fecd4b74b7c8696568dc12ab3a7"
    case .configurationRejected: "300ee88b6ba04ff68925ace7d7e54bcd"
    case .configurationReloaded: "3ebc1d3c71cf436482192fb963d0144f"
    case .started: "b53d456588164b1599948de6ab9d8dce"
    case .stopping: "58c58b12eec64b169e0d4acaf289e27f"
    case .leftOut: "fee3155db1f74466afccdf7007c87e38"
    case .stateUnavailable: "9c71437a511840c3a42a6f699790e88f"
    case .stateAvailable: "9c54c70558ce4984bed837ae96a1e07d"
    case .stateSetAside: "2a0692661644459e9fedb83c9bcc67ca"
    case .pastDamaged: "0357547ef61793322302b73fbb30a26e"
    case .silenceBegun: "42563f756c9a4e2f8a01f75ce99ea5ee"
    case .silenceEnded: "5b57e03a92934a079307a103dce131c2"
    case .restartRehearsed: "dd8c0a9fe2294021878b4fd5a18e5cd6"
    case .restartBegun: "9882a6fd9427447ebf9220ba224b09df"
    case .restartRequested: "b36e9acda6754c79bf910e65a891dfc1"
    case .restartDone: "aafac6cf99804f36b50cdab2f1a25026"
    case .restartFailed: "b50c72a6f74441f3ba3d97d4163b452f"
    case .restartHeld: "32c6ed12d2af4b3f86e8c0cc1ccee336"
    case .fixWatched: "8e0072dea912451fb16df042e9e42181"
    case .fixJudged: "7e604638d28e41538cee640cb31e366c"
    case .noFix: "2efbb5bc8947430eb9341a5d3ce9639a"
    }
  }

  /// How urgent it is where the event itself decides; an alert's severity decides for an alert.
  package var priority: JournalPriority {
    switch self {
    case .alertFiring, .targetDown, .sourceProblem, .sinkDown, .leftOut, .stateUnavailable,
      .restartHeld:
      .warning
    case .oomKill, .deliveryFailed, .configurationRejected, .stateSetAside, .pastDamaged,
      .restartFailed:
      .error
    case .alertResolved, .targetUp, .sinkUp, .configurationReloaded, .stateAvailable,
      .silenceBegun, .silenceEnded, .restartRehearsed, .restartBegun, .restartRequested,
      .restartDone, .fixWatched, .fixJudged, .noFix:
      .notice
    case .started, .stopping: .info
    }
  }
}

/// The syslog priorities in use (RFC 5424, section 6.2.1); the raw value is journald's PRIORITY.
package enum JournalPriority: Int, Hashable, Sendable {
  case critical = 2
  case error = 3
  case warning = 4
  case notice = 5
  case info = 6

  package var name: String {
    switch self {
    case .critical: "critical"
    case .error: "error"
    case .warning: "warning"
    case .notice: "notice"
    case .info: "info"
    }
  }
}
