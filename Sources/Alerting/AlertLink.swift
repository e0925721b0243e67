/// Where the reader of an alert finds more.
package struct AlertLink: Hashable, Sendable {
  package var href: String
  package var text: String

  package init(href: String, text: String) {
    self.href = href
    self.text = text
  }

  /// - Parameter address: of the page of the service, or of all services.
  package static func page(_ address: String) -> AlertLink {
    AlertLink(href: address, text: pageText)
  }

  /// - Parameter address: of what to do about this kind of alert.
  package static func runbook(_ address: String) -> AlertLink {
    AlertLink(href: address, text: runbookText)
  }

  fileprivate static let pageText = "the service in LeakWatch"
  fileprivate static let runbookText = "what to do"
}

extension Alert {
  /// nil where none is known that the reader could open.
  package var pageURL: String? { href(AlertLink.pageText) }

  package var runbookURL: String? { href(AlertLink.runbookText) }

  private func href(_ text: String) -> String? { links.first { $0.text == text }?.href }
}
