internal import TimeSeries

/// What every page of the daemon has around its subject. No scripts, no other files.
struct PageFrame {
  /// For the tab, and behind it the host.
  var title: String
  var host: String
  var now: Timestamp
  /// From the page to the index: "" there, "../" below.
  var root: String
  /// What stands in <main>.
  var body: String

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title.htmlEscaped) – LeakWatch on \(host.htmlEscaped)</title>
    <style>\(PageStyle.text)</style>
    </head>
    <body>
    <header>
    <p><a href="\(root.isEmpty ? "./" : root)">LeakWatch</a> on \(host.htmlEscaped), as of \
    <time datetime="\(now.rfc3339.htmlEscaped)">\(BacktestTable.moment(now)) UTC</time></p>
    </header>
    <main>
    \(body)
    </main>
    <footer>
    <p>LeakWatch \(LeakWatch.version.htmlEscaped). For programs:
    <a href="\(root)metrics">metrics</a>, <a href="\(root)api/v1/services">services as JSON</a>,
    <a href="\(root)api/v1/openapi.json">description of the API</a>.</p>
    </footer>
    </body>
    </html>

    """
  }
}
