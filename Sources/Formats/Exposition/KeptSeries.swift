/// The series of a target by index, each put together when it is asked for.
package struct KeptSeries: Sendable {
  var identities: [SeriesIdentity] = []
  var types: [MetricType] = []

  package var count: Int { identities.count }

  package subscript(index: Int) -> SeriesDescriptor {
    let identity = identities[index]
    return SeriesDescriptor(name: identity.name, labels: identity.labels, type: types[index])
  }

  package func name(_ index: Int) -> String { identities[index].name }
}
