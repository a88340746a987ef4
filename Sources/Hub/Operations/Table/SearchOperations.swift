import Engine
import Journal
import Model
import WebCodec
import Wire

extension OperationTable {
    static let search: [Operation] = [
        Operation(
            "search.find", .get("/api/search"),
            summary: "Finds cards and entries by their words, the best first.",
            input: [
                .required(
                    "q", .string(.text, max: .characters(Limits.searchCharactersMax, "searchCharactersMax")),
                    "Words, all of which are wanted; `\"words in quotes\"` in that order; `wor*` for a beginning."),
                .optional("project", .reference(Project.self), "Only of this one: its identifier, or its slug."),
                .optional(
                    "kinds",
                    .array(
                        .choice(of: SearchQuery.Kind.self),
                        max: .items(SearchQuery.Kind.allCases.count, "searchKinds")), "Any of these; absent: all."),
                .cursor("^[0-9]{1,19}-[0-9]{1,5}$") { SearchCursor($0) != nil }, .limit(),
            ], output: .searchResult, ability: .projectRead, spansProjects: true,
            example: ["q": "\"dark mode\" theme*", "project": "website", "kinds": ["card"]]
        ) { call in
            let query = try SearchQuery(call.text("q") ?? "")
            return try await call.engine.journal.searching { reader in
                let project = try call.text("project").map { try reader.known(project: $0) }
                let page = try reader.search(
                    query, kinds: call.choices("kinds"),
                    in: project.map { [$0] } ?? call.caller.rights.readableProjects,
                    from: call.text("cursor").flatMap(SearchCursor.init), limit: call.limit)
                return OperationAnswer(
                    data: page.json, nextCursor: page.next?.description,
                    position: try project.map { try reader.position(of: .project($0)) })
            }
        }
    ]
}

extension Reader {
    fileprivate func known(project text: String) throws -> Project.ID { try required(projectID(text)).id }
}

extension SearchPage {
    fileprivate var json: [UInt8] {
        var object = JSONObjectBytes()
        object.add("hits", json: OperationAnswer.array(hits.map(\.json)))
        object.add("isIndexing", .bool(isIndexing))
        return object.finished()
    }
}

extension SearchHit {
    var json: [UInt8] {
        var object = JSONObjectBytes()
        switch subject {
        case .card(let card):
            object.add("kind", SearchQuery.Kind.card.rawValue)
            object.add("id", card.id.rawValue)
            object.add("projectId", card.projectId.rawValue)
            object.add("cardId", card.id.rawValue)
            object.add("updatedAt", card.updatedAt.description)
        case .entry(let entry):
            object.add("kind", SearchQuery.Kind.entry.rawValue)
            object.add("id", entry.id.rawValue)
            object.add("projectId", entry.projectId.rawValue)
            object.add("cardId", entry.cardId?.rawValue)
            object.add("runId", entry.runId.rawValue)
            object.add("index", .integer(Int64(entry.index)))
            object.add("entryKind", entry.content.kind.rawValue)
            object.add("updatedAt", entry.updatedAt.description)
        }
        object.add("title", title.json)
        object.add("snippet", snippet.json)
        object.add("rank", .number(rank))
        return object.finished()
    }
}

extension SearchParts {
    fileprivate var json: JSONValue {
        .array(
            parts.map { part in
                part.isMatch ? ["text": .string(part.text), "match": true] : ["text": .string(part.text)]
            })
    }
}
