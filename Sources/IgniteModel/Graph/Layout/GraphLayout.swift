/// Where the boxes and lines of a graph stand on a grid of character cells, free of how they are drawn.
public struct GraphLayout: Sendable {
  /// The place of one node.
  public struct Box: Hashable, Sendable {
    /// The number of the node.
    public var node: Int
    /// The layer it stands in, counted from the left.
    public var column: Int
    /// The left edge in cells.
    public var x: Int
    /// The upper edge in cells; all boxes are equally high.
    public var y: Int
    /// The width in cells, borders included.
    public var width: Int
  }

  /// One straight stretch of a line, both ends included.
  public struct Stretch: Hashable, Sendable {
    /// The cell where it starts.
    public var fromX: Int
    /// The cell where it starts.
    public var fromY: Int
    /// The cell where it ends, to the right of or below the start.
    public var toX: Int
    /// The cell where it ends, to the right of or below the start.
    public var toY: Int
    /// Whether it belongs to calls rather than to events.
    public var isCall: Bool
    /// The numbers of the links that it belongs to.
    public var links: [Int]
  }

  /// The head of an arrow beside a box.
  public struct Head: Hashable, Sendable {
    /// The cell it stands in.
    public var x: Int
    /// The cell it stands in.
    public var y: Int
    /// Whether it points to the right, to the box that follows; otherwise to the box on its left.
    public var pointsRight: Bool
    /// Whether it belongs to calls rather than to events.
    public var isCall: Bool
    /// The numbers of the links that it belongs to.
    public var links: [Int]
  }

  /// The boxes, column by column from top to bottom.
  public let boxes: [Box]
  /// The stretches of all lines.
  public let stretches: [Stretch]
  /// The heads of all arrows.
  public let heads: [Head]
  /// The columns that the drawing needs.
  public let width: Int
  /// The lines that the drawing needs.
  public let height: Int

  /// The most slots and cells of a drawing; beyond it nobody could read it and it would fill the memory.
  private static let limits = (slots: 200_000, cells: 4_000_000)

  /// Lays out nodes of the given widths, borders included, in linear-logarithmic time of the links;
  /// nothing when the drawing would be larger than anybody can read. Boxes are three cells high, or one
  /// where they have no room for borders.
  public init?(widths: [Int], links: [GraphLayers.Link], hasBorders: Bool = true) {
    let boxHeight = hasBorders ? 3 : 1
    let layers = GraphLayers(count: widths.count, links: links)
    let spans = links.lazy.map { abs(layers.layer[$0.source] - layers.layer[$0.target]) }
    guard spans.reduce(widths.count, +) <= Self.limits.slots else { return nil }
    var slots = LayoutSlots(layers: layers, links: links)
    slots.order()
    let rows = LayoutRows(slots, boxGap: boxHeight + 1)
    var router = LayoutRouter(
      slots: slots, rows: rows.row, channels: rows.channels, widths: widths,
      boxHeight: boxHeight)
    router.route()
    boxes = router.boxes
    stretches = router.stretches
    heads = router.heads
    width = router.width
    height =
      (router.boxes.map { $0.y + boxHeight } + router.stretches.map { $0.toY + 1 }).max() ?? 0
    guard width * height <= Self.limits.cells else { return nil }
  }
}
