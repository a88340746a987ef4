import Engine
import Model
import Wire

extension OperationTable {
    static let spending: [Operation] = [
        Operation(
            "projects.spending", .get("/api/projects/{project}/spending"),
            summary: "Shows what a project's runs have consumed so far, beside what they may.",
            input: [.subject(Project.self)], output: .spending, ability: .projectRead, example: ["project": "website"]
        ) { call in try answer(await call.engine.spending(of: try await call.projectID())) },
        Operation(
            "cards.spending", .get("/api/cards/{card}/spending"),
            summary: "Shows what a card's runs have consumed so far, beside what they may.",
            input: [.subject(Card.self)], output: .spending, ability: .projectRead,
            example: ["card": "crd_01JD6Z5Z0A0000000000000000"]
        ) { call in
            let id: Card.ID = try call.id()
            return try answer(await call.engine.spending(of: id))
        },
        Operation(
            "runs.spending", .get("/api/runs/{run}/spending"),
            summary: "Shows what a run has consumed so far, its living process's output too, beside what it may.",
            input: [.subject(Run.self)], output: .spending, ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try answer(await call.engine.spending(of: id))
        },
    ]

    private static func answer(_ spending: Spending) throws -> OperationAnswer {
        OperationAnswer(data: try WireJSON.encode(spending))
    }
}
