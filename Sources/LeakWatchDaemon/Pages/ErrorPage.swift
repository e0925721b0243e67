internal import TimeSeries

/// Why there is no page here, in a sentence.
struct ErrorPage {
  var heading: String
  var sentence: String
  var host: String
  var now: Timestamp
  /// From the page to the index.
  var root: String

  var text: String {
    PageFrame(
      title: heading, host: host, now: now, root: root,
      body: "<h1>\(heading.htmlEscaped)</h1>\n<p>\(sentence.htmlEscaped)</p>"
    ).text
  }
}
