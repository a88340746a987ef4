package import Model

/// A layout that a board can begin with.
package struct BoardTemplate: Sendable, Encodable {
    package let id: String
    package let name: String
    package let columns: [CreateColumn]
    /// Of one that is kept by the hub and can be changed; nil for those that every hub has.
    package let version: Int?

    package init(id: String, name: String, columns: [CreateColumn], version: Int? = nil) {
        self.id = id
        self.name = name
        self.columns = columns
        self.version = version
    }

    package init(_ stored: Template) {
        self.init(
            id: stored.id.rawValue, name: stored.name, columns: stored.columns, version: stored.version)
    }

    /// Those that every hub has; the first is what a board gets that says nothing.
    package static let all = [
        BoardTemplate(
            id: "simple", name: "Simple",
            columns: [
                CreateColumn(name: "Backlog", type: .backlog), CreateColumn(name: "In progress", type: .active),
                CreateColumn(name: "Done", type: .done),
            ]),
        BoardTemplate(
            id: "review", name: "With review and archive",
            columns: [
                CreateColumn(name: "Backlog", type: .backlog), CreateColumn(name: "In progress", type: .active),
                CreateColumn(name: "Review", type: .active), CreateColumn(name: "Done", type: .done),
                CreateColumn(name: "Archive", type: .archive),
            ]),
        BoardTemplate(
            id: "pipeline", name: "Pipeline: plan, build, check",
            columns: [
                CreateColumn(name: "Backlog", type: .backlog),
                CreateColumn(
                    name: "Plan", type: .active,
                    prompt: "Read what this touches and write down how you would do it. Change nothing yet."),
                CreateColumn(
                    name: "Build", type: .active,
                    prompt: "Do what was planned, with tests, and keep to the project's manner."
                ),
                CreateColumn(
                    name: "Check", type: .active,
                    prompt: "Read the change as a reviewer would, run the tests, and mend what you find."),
                CreateColumn(name: "Done", type: .done), CreateColumn(name: "Archive", type: .archive),
            ]),
    ]
}
