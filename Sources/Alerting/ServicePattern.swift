package import TimeSeries

/// A service's name with wildcards: `*` stands for any run of characters, "/" included, `?` for one
/// byte. Without either it is the name itself.
package struct ServicePattern: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  package var description: String { text }

  package func matches(_ service: ServiceName) -> Bool {
    Wildcard.matches(Array(text.utf8), Array(service.text.utf8))
  }
}
