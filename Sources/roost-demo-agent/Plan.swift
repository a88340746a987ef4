/// What the agent means to do.
struct Plan {
    private let items: [String]
    private var current = 0

    init(_ items: [String]) {
        self.items = items
    }

    /// All before `index` is done, and that one is being done.
    mutating func advance(to index: Int) {
        current = index
    }

    var json: JSON {
        .list(
            items.enumerated().map { index, text in
                let status = index < current ? "completed" : index == current ? "in_progress" : "pending"
                return ["text": .text(text), "status": .text(status)]
            })
    }
}
