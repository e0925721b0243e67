import Testing
import TimeSeries

@testable import Formats

@Suite struct PrometheusAnswerTests {
  @discardableResult
  private func read(
    _ text: String, _ shape: PrometheusShape = .range,
    _ limits: PrometheusAnswerLimits = PrometheusAnswerLimits()
  ) throws(PrometheusFormatError) -> PrometheusAnswer {
    try read(bytes: Array(text.utf8), shape, limits)
  }

  @discardableResult
  private func read(
    bytes: [UInt8], _ shape: PrometheusShape = .range,
    _ limits: PrometheusAnswerLimits = PrometheusAnswerLimits()
  ) throws(PrometheusFormatError) -> PrometheusAnswer {
    try PrometheusAnswer(bytes.span, shape: shape, limits: limits)
  }

  private func series(_ answer: PrometheusAnswer) -> [PrometheusSeries]? {
    guard case .success(.series(let series)) = answer.outcome else { return nil }
    return series
  }

  private static let matrix = #"""
    {"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"__name__":"up","job":"a\"\\\n\u00e9\ud83d\ude00","empty":""},
       "values":[[1767315419.781,"1007583232"],[1767315479.781,"NaN"],[1.7673155e9,"-Inf"],
                 [1767315600,"+Inf"],[1767315660,"1e-3"]]},
      {"metric":{},"values":[],"histograms":[[1,{"count":"1","buckets":[[0,"1","2","3"]]}]]}
    ],"stats":{"a":[1,2.5e-3,true,false,null,{"b":[]}]}},
    "warnings":["slow","fast"],"infos":["neither"],"later":[{}]}
    """#

  @Test func readsAMatrix() throws {
    let answer = try read(Self.matrix)
    let all = try #require(series(answer))
    #expect(answer.warnings == ["slow", "fast"])
    #expect(answer.infos == ["neither"])
    #expect(all.count == 2)
    #expect(
      all[0].labels
        == LabelSet([.init(name: "__name__", value: "up"), .init(name: "job", value: "a\"\\\né😀")]))
    #expect(
      all[0].samples.map(\.timestamp.milliseconds) == [
        1_767_315_419_781, 1_767_315_479_781, 1_767_315_500_000, 1_767_315_600_000,
        1_767_315_660_000,
      ])
    let values = all[0].samples.map(\.value)
    #expect(values[0] == 1_007_583_232)
    #expect(values[1].isNaN)
    #expect(values[2...] == [-.infinity, .infinity, 0.001])
    #expect(all[1] == PrometheusSeries(labels: .empty, samples: []))
  }

  @Test func readsAVectorAndARangeOfAnInstantQuery() throws {
    let vector = try read(
      #"{"data":{"result":[{"value":[5,"7"],"metric":{"a":"b"}}],"resultType":"vector"},"#
        + #""status":"success"}"#, .instant)
    let one = PrometheusSeries(
      labels: LabelSet([.init(name: "a", value: "b")]),
      samples: [Sample(Timestamp(milliseconds: 5000), 7)])
    #expect(series(vector) == [one])
    let range = try read(
      #"{"status":"success","data":{"resultType":"matrix","result":"#
        + #"[{"metric":{"a":"b"},"values":[[5,"7"]]}]}}"#, .instant)
    #expect(series(range) == [one])
  }

  @Test func readsLabelSetsAndValues() throws {
    let sets = try read(
      #"{"status":"success","data":[{"__name__":"up","job":"a"},{}]}"#, .labelSets)
    guard case .success(.labelSets(let labels)) = sets.outcome else {
      Issue.record("no label sets")
      return
    }
    #expect(labels.map(\.description) == [#"{__name__="up",job="a"}"#, "{}"])
    let values = try read(#"{"status":"success","data":["a","b"]}"#, .values)
    guard case .success(.values(let texts)) = values.outcome else {
      Issue.record("no values")
      return
    }
    #expect(texts == ["a", "b"])
  }

  @Test func tellsWhyAServerRefused() throws {
    let answer = try read(
      #"{"status":"error","data":null,"errorType":"execution","error":"too many samples"}"#)
    guard case .failure(let failure) = answer.outcome else {
      Issue.record("no failure")
      return
    }
    #expect(failure.description == "execution: too many samples")
  }

  @Test func aPartialAnswerBringsAWarning() throws {
    let answer = try read(
      #"{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}"#)
    #expect(answer.warnings.count == 1)
    #expect(answer.warnings.first?.contains("partial") == true)
  }

  /// Whatever is cut off is an error, at every byte: a part is never taken for the whole.
  @Test func everyTruncationIsAnError() {
    let bytes = Array(Self.matrix.utf8)
    for length in 0..<bytes.count {
      #expect(throws: PrometheusFormatError.self, "cut to \(length) bytes") {
        try read(bytes: Array(bytes[..<length]))
      }
    }
    #expect(throws: Never.self) { try read(bytes: bytes) }
  }

  private static func data(_ result: String, _ type: String = "matrix") -> String {
    #"{"status":"success","data":{"resultType":"\#(type)","result":\#(result)}}"#
  }

  private static let bad: [(text: String, message: String)] = [
    ("", "byte 0: expected '{', found the end of the answer"),
    ("<html>", "byte 0: expected '{', found '<'"),
    ("{}", "byte 2: the answer has no status: is this the API of a Prometheus server?"),
    (#"{"status":"success"}"#, "byte 20: the answer is a success without data"),
    (#"{"status":"ok"}"#, #"byte 15: the status "ok" is neither success nor error"#),
    (#"{"status":"error"} x"#, "byte 19: expected the end of the answer, found 'x'"),
    (#"{"status":"error","status":"error"}"#, #"byte 27: "status" stands twice in the answer"#),
    (#"{"status":1}"#, "byte 10: expected a string, found '1'"),
    (
      data("[]", "vector"),
      "byte 41: the result is a vector and not a matrix: "
        + "the expression must give one value for each series"
    ),
    (
      data("[]", "scalar"),
      "byte 41: the result is a scalar and not a matrix: "
        + "the expression must give one value for each series"
    ),
    (data("[]", "cube"), #"byte 41: the result type "cube" is not known"#),
    (data("{}"), "byte 59: expected '[', found '{'"),
    (data("[1]"), "byte 60: expected '{', found '1'"),
    (data(#"[{"values":[]}]"#), "byte 73: a series has no \"metric\""),
    (data(#"[{"metric":{"a":1}}]"#), "byte 75: expected a string, found '1'"),
    (data(#"[{"metric":{"a":"1","a":"2"}}]"#), "byte 87: a series has a label twice"),
    (data(#"[{"metric":{},"values":[[1,2]]}]"#), "byte 86: expected a value in quotes, found '2'"),
    (data(#"[{"metric":{},"values":[[1,"x"]]}]"#), #"byte 86: "x" is no value"#),
    (data(#"[{"metric":{},"values":[["1","2"]]}]"#), "byte 84: expected a number, found '\"'"),
    (data(#"[{"metric":{},"values":[[01,"2"]]}]"#), "byte 84: expected a number, found '0'"),
    (data(#"[{"metric":{},"values":[[1.,"2"]]}]"#), "byte 84: expected a number, found '1'"),
    (
      data(#"[{"metric":{},"values":[[2,"2"],[2,"3"]]}]"#),
      "byte 98: the samples of a series do not rise in time"
    ),
    (data(#"[{"metric":{},"values":[[1,"2",3]]}]"#), "byte 89: expected ']', found ','"),
    (data(#"[{"metric":{},"values":[],}]"#), "byte 85: expected a string, found '}'"),
    ("{\"status\":\"a\nb\"}", "byte 12: a string holds a control character, byte 0x0A"),
    (#"{"status":"\x"}"#, "byte 11: a backslash before 'x' means nothing in JSON"),
    (#"{"status":"\u12g4"}"#, "byte 11: \\u needs four hexadecimal digits"),
    (#"{"other":tru}"#, "byte 9: expected true or false, found 't'"),
    (#"{"other":nul}"#, "byte 9: expected a value, found 'n'"),
    (#"{"other":[1,]}"#, "byte 12: expected a value, found ']'"),
  ]

  @Test(arguments: bad.indices)
  func saysWhatIsWrongAndWhere(index: Int) {
    let (text, message) = Self.bad[index]
    let error = #expect(throws: PrometheusFormatError.self) { try read(text) }
    #expect(error?.description == message)
    #expect(error?.isTooMuch == false)
  }

  @Test func refusesBytesThatAreNoText() {
    let bytes = Array(#"{"status":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    let error = #expect(throws: PrometheusFormatError.self) { try read(bytes: bytes) }
    #expect(error?.description == "byte 10: the string is not valid UTF-8")
  }

  @Test func nestingAndSizesAreBounded() throws {
    let deep = String(repeating: "[", count: 100_000)
    let nested = #expect(throws: PrometheusFormatError.self) { try read(#"{"a":"# + deep) }
    #expect(nested?.message == "values are nested more than 32 deep")

    var limits = PrometheusAnswerLimits()
    limits.samples = 4
    let samples = #expect(throws: PrometheusFormatError.self) {
      try read(Self.matrix, .range, limits)
    }
    #expect(samples?.message == "the answer holds more than 4 samples")
    #expect(samples?.isTooMuch == true)
    limits.samples = 5
    limits.series = 1
    let series = #expect(throws: PrometheusFormatError.self) {
      try read(Self.matrix, .range, limits)
    }
    #expect(series?.message == "the answer holds more than 1 series")
    #expect(series?.isTooMuch == true)
  }

  /// A message never brings a line end or a control sequence of the server's to a terminal.
  @Test func messagesAreOneLine() throws {
    let error = #expect(throws: PrometheusFormatError.self) {
      try read(#"{"status":"a\u001b[2J\nb"}"#)
    }
    let message = try #require(error?.description)
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }
}
