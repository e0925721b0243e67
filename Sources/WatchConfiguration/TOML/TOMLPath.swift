/// Where a value stands in a document: `exporter`, 1, `tls`, `ca_file`.
typealias TOMLPath = [TOMLPathStep]

enum TOMLPathStep: Hashable, Sendable {
  case key(String)
  /// Place in an array or among the tables of an array of tables, from 0.
  case index(Int)
}
