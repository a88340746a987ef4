import Journal
import Model
import Wire

extension Schema {
    static let searchParts = named(
        "SearchParts",
        .array(
            .object([
                .required("text", .anyText),
                .optional("match", .boolean, "It is what was looked for; absent: it is not."),
            ]), max: nil))

    static let searchHit = named(
        "SearchHit",
        .object([
            .required("kind", .choice(of: SearchQuery.Kind.self)),
            .required("id", .anyText, "Of the card or the entry."),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)),
            .optional("runId", .id(Run.self), "Of an entry."),
            .optional("index", .count, "Of an entry: its place in the run."),
            .optional("entryKind", .choice(of: EntryContent.Kind.self), "Of an entry."),
            .required("updatedAt", .timestamp),
            .required("title", .searchParts, "A card's title, a tool's line; empty for what has none."),
            .required("snippet", .searchParts, "Of the text; put together, its parts are what to show."),
            .required("rank", .number, "The larger the better; comparable within one answer."),
        ]))

    static let searchResult = named(
        "SearchResult",
        .object([
            .required("hits", .array(.searchHit, max: nil)),
            .required(
                "isIndexing", .boolean,
                "Rows are waiting to be indexed: there may be more."),
        ]))
}
