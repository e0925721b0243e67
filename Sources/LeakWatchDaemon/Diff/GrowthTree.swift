internal import Formats

/// Stacks that grew, merged from their outermost frames inwards: what an icicle picture draws.
struct GrowthTree {
  struct Node {
    var name: String
    var growth: Int64 = 0
    /// Children by name, in the order in which they came.
    var children: [Int] = []
    var depth: Int
  }

  /// Deeper frames add their growth to the last one that is drawn.
  private static let deepest = 40

  /// The first is the root, which stands for all that grew.
  private(set) var nodes: [Node]
  private var indices: [Key: Int] = [:]

  private struct Key: Hashable {
    var parent: Int
    var name: String
  }

  init(_ difference: HeapDifference) {
    nodes = [Node(name: "all that grew", depth: 0)]
    for stack in difference.stacks {
      let growth = difference.growth(of: stack.counts)
      nodes[0].growth = nodes[0].growth.addingClamped(growth)
      var place = 0
      // Functions, not lines: one that grew at two lines is one block.
      for frame in stack.frames.reversed().prefix(Self.deepest) {
        place = child(frame.site.name, of: place)
        nodes[place].growth = nodes[place].growth.addingClamped(growth)
      }
    }
    let all = nodes
    for index in nodes.indices {
      nodes[index].children.sort {
        (all[$1].growth, all[$0].name) < (all[$0].growth, all[$1].name)
      }
    }
  }

  private mutating func child(_ name: String, of parent: Int) -> Int {
    let key = Key(parent: parent, name: name)
    if let index = indices[key] { return index }
    let index = nodes.count
    nodes.append(Node(name: name, depth: nodes[parent].depth + 1))
    nodes[parent].children.append(index)
    indices[key] = index
    return index
  }
}
