internal import TimeSeries

/// Finds what holds the memory of a JVM, in six passes over one heap dump. Memory goes with the number
/// of objects, some twenty bytes for each, and not with the dump.
///
///     var search = HprofSuspects()
///     while search.result == nil {
///       (for each piece of the file) try search.take(piece)
///       try search.finishPass()
///     }
package struct HprofSuspects {
  package static let passes = 6

  private let share: Double
  private let limit: Int
  private var inventoryPass: HprofWalker<HprofInventory>? = HprofWalker(HprofInventory())
  private var incomingPass: HprofWalker<HprofLinkWalk<HprofIncoming>>?
  private var edgesPass: HprofWalker<HprofLinkWalk<HprofEdges>>?
  private var stepsPass: HprofWalker<HprofLinkWalk<HprofSteps>>?
  private var membersPass: HprofWalker<HprofLinkWalk<HprofMembers>>?
  private var inventory: HprofInventory?
  private var inner: HprofInner?
  private var ways: HprofWays?
  package private(set) var result: HeapSuspects?

  /// - Parameters:
  ///   - share: of the heap, from which on a part is a suspect.
  ///   - limit: how many suspects are given.
  package init(share: Double = 0.05, limit: Int = 10) {
    self.share = share
    self.limit = limit
  }

  /// Takes the next bytes of the file, in each pass all of them.
  package mutating func take(_ bytes: [UInt8]) throws(ProfileFault) {
    try inventoryPass?.take(bytes)
    try incomingPass?.take(bytes)
    try edgesPass?.take(bytes)
    try stepsPass?.take(bytes)
    try membersPass?.take(bytes)
  }

  /// After the last bytes of a pass. - Throws: where the file is damaged.
  package mutating func finishPass() throws(ProfileFault) {
    if inventoryPass != nil {
      try finishInventory()
    } else if incomingPass != nil {
      try finishIncoming()
    } else if edgesPass != nil {
      try finishEdges()
    } else if stepsPass != nil {
      try finishSteps()
    } else if membersPass != nil {
      try finishMembers()
    }
  }

  private mutating func finishInventory() throws(ProfileFault) {
    try inventoryPass?.finish()
    guard var inventory = inventoryPass.take()?.visitor else { return }
    guard inventory.addresses.count < UInt32.max / 2 else {
      throw ProfileFault(.file, "the heap dump holds more than two thousand million objects")
    }
    inventory.sort()
    self.inventory = inventory
    if let ways {
      stepsPass = walk(
        HprofSteps(next: ways.next, suspects: ways.suspects, inner: ways.members))
    } else {
      incomingPass = walk(HprofIncoming(objects: inventory.addresses.count))
    }
  }

  private func walk<Sink: HprofLinkSink>(_ sink: Sink) -> HprofWalker<HprofLinkWalk<Sink>>? {
    inventory.map { HprofWalker(HprofLinkWalk(sink, $0)) }
  }

  private mutating func finishIncoming() throws(ProfileFault) {
    try incomingPass?.finish()
    incomingPass?.visitor.finish()
    guard let incoming = incomingPass.take()?.visitor.sink, let inventory else { return }
    let roots = Set(inventory.roots.keys.compactMap(inventory.addresses.place(of:)))
    let inner = incoming.inner(isRoot: roots.contains)
    self.inner = inner
    edgesPass = walk(HprofEdges(inner))
  }

  private mutating func finishEdges() throws(ProfileFault) {
    try edgesPass?.finish()
    edgesPass?.visitor.finish()
    guard let inner,
      let roots = inventory?.roots.keys.sorted().compactMap({ inventory?.addresses.place(of: $0) })
    else { return }
    // The addresses are much of what is held, and easily read again.
    inventory = nil
    self.inner = nil
    let tree = Self.tree(takeGraph(), roots: roots.compactMap(inner.members.rank(of:)))
    ways = HprofWays(tree, inner, share: share, limit: limit)
    inventoryPass = HprofWalker(HprofInventory())
  }

  /// The pass over the edges is over, and what it held goes.
  private mutating func takeGraph() -> ReferenceGraph {
    let graph = edgesPass?.visitor.sink.takeGraph()
    edgesPass = nil
    return graph ?? ReferenceGraph(objects: 0, references: 0)
  }

  private static func tree(_ graph: consuming ReferenceGraph, roots: [UInt32]) -> DominatorTree {
    graph.roots = roots
    return DominatorTree(graph)
  }

  private mutating func finishSteps() throws(ProfileFault) {
    try stepsPass?.finish()
    guard let steps = stepsPass.take()?.visitor.sink, let ways else { return }
    self.ways?.steps = steps
    membersPass = walk(ways.counting(folded: steps.folded))
  }

  private mutating func finishMembers() throws(ProfileFault) {
    try membersPass?.finish()
    guard let sums = membersPass.take()?.visitor.sink.sums, let ways, let inventory else { return }
    result = ways.told(sums, inventory)
  }
}
