internal import Formats

/// What the classes that grew in a JVM say of the code: first come arrays and strings, which are
/// everybody's; the class that is the service's own is named, and the containers that are known.
struct JavaClassAdvice {
  /// Growth of fewer objects is no pattern.
  private static let leastObjects: Int64 = 100
  private static let mostContainers = 2
  /// Packages of the JDK and of the languages on it.
  private static let foreignPackages = [
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "kotlin.", "scala.", "groovy.", "clojure.",
  ]
  private static let primitives = [
    "boolean", "byte", "char", "double", "float", "int", "long", "short",
  ]
  /// Class → what it means when many more of it live on.
  private static let containers: [(name: String, meaning: String)] = [
    (
      "java.lang.ThreadLocal$ThreadLocalMap$Entry",
      "values of ThreadLocals that threads keep: call remove() when the task ends"
    ),
    (
      "java.lang.ref.Finalizer",
      "objects that wait for their finalizers: close what has close(), and see whether the thread "
        + "Finalizer is blocked"
    ),
    (
      "java.nio.DirectByteBuffer",
      "buffers whose memory lies outside of the heap: reuse or release them"
    ),
    ("java.lang.ClassLoader", "class loaders: what was deployed before is still referred to"),
    ("java.util.concurrent.ConcurrentHashMap$Node", Self.map),
    ("java.util.LinkedHashMap$Entry", Self.map),
    ("java.util.HashMap$Node", Self.map),
    ("java.util.TreeMap$Entry", Self.map),
  ]
  private static let map =
    "entries of a map that nothing takes out again: bound it, or let entries expire"
  private static let listenerSuffixes = [
    "Listener", "Observer", "Subscriber", "Callback", "Handler",
  ]

  private let growers: [HeapDifference.Site]
  private let top: String

  /// - Parameter top: the class that was named already.
  init(_ difference: HeapDifference, beside top: String) {
    growers = difference.growers
    self.top = top
  }

  /// "; of the service's own classes … ; 4000 more java.util.HashMap$Node: …", or nothing.
  var text: String {
    let own = own
    // A container counts where it grew with the class, not beside it.
    let least = max(Self.leastObjects, (own?.flat.objects.delta ?? 0) / 2)
    var parts = own.flatMap { $0.name == top ? nil : [Self.ownText($0)] } ?? []
    parts += containerTexts(least: least).prefix(Self.mostContainers)
    return parts.map { "; " + $0 }.joined()
  }

  /// The class of the service's own code that grew most.
  private var own: HeapDifference.Site? {
    growers.first { site in
      site.flat.objects.delta >= Self.leastObjects && Self.isOwn(site.name)
    }
  }

  private func containerTexts(least: Int64) -> [String] {
    Self.containers.compactMap { container in
      let site = growers.first { $0.name == container.name && $0.flat.objects.delta >= least }
      return site.map { "\($0.flat.objects.delta) more \(container.name): \(container.meaning)" }
    }
  }

  private static func ownText(_ site: HeapDifference.Site) -> String {
    let isListener = listenerSuffixes.contains { site.name.hasSuffix($0) }
    let hint = isListener ? ", by its name one that is registered and never taken off" : ""
    return "of the service's own classes \(site.name) grew most, "
      + "\(DiffText.signed(site.flat.objects.delta)) objects\(hint)"
  }

  private static func isOwn(_ name: String) -> Bool {
    let element = name.prefix { $0 != "[" }
    return !primitives.contains(String(element)) && !element.hasPrefix("<")
      && !foreignPackages.contains { element.hasPrefix($0) }
  }
}
