package import TimeSeries

/// Which services are replicas of one another, by their names: instances of a systemd template
/// (`api@1.service`), numbered ones (`api-1`, `api_2`, `api.3`), pods of a Kubernetes deployment
/// (`api-7d9f8b6c5d-x2x4z`), addresses of one service that a list names (`api/10.0.0.7:8080`).
package enum ReplicaGroup {
  /// What the replicas have in common; nil for a service that is one of a kind by its name.
  package static func name(of service: ServiceDescription) -> ServiceName? {
    if let unit = service.unit, let at = unit.firstIndex(of: "@"), at != unit.startIndex {
      return ServiceName(String(unit[..<at]))
    }
    if let name = addressless(service.name.text) { return ServiceName(name) }
    if let words = podWords(service.name.text) {
      return ServiceName(words.dropLast(2).joined(separator: "-"))
    }
    return numberless(service.name.text).map { ServiceName($0) }
  }

  /// The hash of the template that a pod of a deployment was made from: another image or setting has
  /// another one. nil for what is no such pod.
  static func podTemplate(of service: ServiceDescription) -> String? {
    podWords(service.name.text).map { String($0[$0.count - 2]) }
  }

  private static func podWords(_ name: String) -> [Substring]? {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    guard words.count >= 3, isPodSuffix(words[words.count - 1]),
      isTemplateHash(words[words.count - 2])
    else { return nil }
    return words
  }

  /// What stands before the last "/", if a host and a port stand behind it.
  private static func addressless(_ name: String) -> String? {
    guard let slash = name.lastIndex(of: "/"), slash != name.startIndex,
      let colon = name.lastIndex(of: ":"), name.index(after: slash) < colon
    else { return nil }
    let port = name[name.index(after: colon)...]
    guard (1...5).contains(port.count), port.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      return nil
    }
    return String(name[..<slash])
  }

  private static func numberless(_ name: String) -> String? {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    guard digits > 0, digits < name.count else { return nil }
    let stem = name.dropLast(digits)
    guard let separator = stem.last, "-_.".contains(separator), stem.count > 1 else { return nil }
    return String(stem.dropLast())
  }

  private static func isPodSuffix(_ word: Substring) -> Bool {
    word.count == 5 && word.allSatisfy(isSafe)
  }

  private static func isTemplateHash(_ word: Substring) -> Bool {
    (6...10).contains(word.count) && word.allSatisfy(isSafe) && word.contains(where: \.isNumber)
  }

  /// Kubernetes makes names of consonants and digits only, so that they spell nothing.
  private static func isSafe(_ character: Character) -> Bool {
    "bcdfghjklmnpqrstvwxz0123456789".contains(character)
  }
}
