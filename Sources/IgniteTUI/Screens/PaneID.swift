/// A view beside the form.
enum PaneID: String, CaseIterable, Hashable, Sendable {
  case graph, files, source, problems, history
}
