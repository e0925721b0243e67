import Testing
import TimeSeries

@testable import Alerting

@Suite struct HeapEvidenceTests {
  private var alert: Alert {
    var alert = Alert.sample()
    alert.evidence = .sample(madeAt: alert.at)
    return alert
  }

  @Test func theWebhookCarriesWhatWasCapturedAndTheTopGrowers() {
    let expected = #"""
      "evidence":{"kind":"pprof",\#
      "old":{"at":1795338000,"bytes":3145728,"objects":900,"path":"/var/lib/leakwatch/a"},\#
      "new":{"at":1795341600,"bytes":39845888,"objects":9510,"path":"/var/lib/leakwatch/b"},\#
      "growers":[{"name":"main.newSession","file":"main.go","line":34,"old_bytes":1048576,\#
      "new_bytes":36700160,"delta_bytes":35651584,"delta_objects":8610,"share":0.97,\#
      "sampling_error_bytes":4300800,"beyond_sampling_error":true},\#
      {"name":"0x1a2b0","file":null,"line":null,"old_bytes":0,"new_bytes":4096,"delta_bytes":4096,\#
      "delta_objects":1,"share":0.03,"sampling_error_bytes":null,"beyond_sampling_error":false}],\#
      "stack":["main.newSession main.go:34","main.main main.go:60"],\#
      "goroutines":{"old":12,"new":212,"delta":200,"frames":["main.wait main.go:66"]},\#
      "bearing":"supports","conclusion":"main.newSession main.go:34 holds more"}
      """#
    let text = String(decoding: AlertBody.webhook(alert), as: UTF8.self)
    #expect(text.contains(expected), "\(text)")
  }

  @Test func anAlertmanagersTemplateFindsTheSentence() {
    let text = JSONValue.object(AlertAnnotations.members(alert)).text
    #expect(text.contains(#""evidence":"main.newSession main.go:34 holds more""#), "\(text)")
  }

  @Test func theCommandShowsAllOfIt() {
    var evidence = HeapEvidence.sample(madeAt: Timestamp(milliseconds: 0))
    evidence.new.path = "/with space"
    #expect(evidence.command.command == "leakwatch diff /var/lib/leakwatch/a '/with space'")
  }
}
