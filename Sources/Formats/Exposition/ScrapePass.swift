/// What the previous scrape looked like: the prediction of this one.
struct PreviousScrape {
  let order: LineOrder
  let keys: BodyBytes
  let typeLines: LineOrder
  let typeKeys: BodyBytes
}

/// One pass over a body, and how far it has come.
struct ScrapePass {
  let bytes: BodyBytes
  let previous: PreviousScrape

  /// The line that is being read, without its line feed, and its 1-based number.
  var line = 0..<0
  var lineNumber = 0
  /// The entry of the previous order that the next sample line should be. It never goes back.
  var cursor = 0
  /// The same for `# TYPE` lines.
  var typeCursor = 0
  /// The new order, from the moment when a line stood elsewhere than predicted.
  var recorded: LineOrder?
  /// Whether the `# TYPE` lines differ from those of the previous scrape.
  var typesDiffer = false
  /// False once a known series came in another spelling: its own entry may still lie ahead, where
  /// prediction would not notice the duplicate.
  var isPredictable = true
  /// Whether `# EOF` has been read.
  var isEnded = false
  /// The metric name that was last looked up in the filter, and the answer.
  var lastName = 0..<0
  var lastNameIsKept = false
  /// Built when the first line comes that is not the next one predicted.
  private var spellings = SpellingIndex()

  init(bytes: BodyBytes, previous: PreviousScrape) {
    self.bytes = bytes
    self.previous = previous
  }

  /// The entry whose key stands at `key`; nil if the previous scrape had none.
  mutating func entry(for key: Range<Int>) -> Int? {
    let order = previous.order
    if order.entries.isEmpty { return nil }
    if order.holds(key, of: bytes, keys: previous.keys, at: cursor),
      order.entries[cursor].series != LineOrder.Entry.droppedRun
    {
      return cursor
    }
    if !spellings.isBuilt { spellings.build(order, keys: previous.keys) }
    return spellings.entry(for: key, of: bytes, in: order, keys: previous.keys)
  }

  /// Whether entry `number` of the previous order is a run of lines with this dropped name.
  func isRun(_ name: Range<Int>, at number: Int) -> Bool {
    previous.order.holds(name, of: bytes, keys: previous.keys, at: number)
      && previous.order.entries[number].series == LineOrder.Entry.droppedRun
  }
}
