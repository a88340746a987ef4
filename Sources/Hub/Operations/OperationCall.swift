import Engine
import Journal
import Model
import Wire

/// One call of an operation, its input checked against the schema.
struct OperationCall: Sendable {
    let input: JSONValue
    let caller: Caller
    let hub: Operations

    var actor: Actor { caller.actor }
    var engine: Engine { hub.engine }

    /// All that `body` reads is of one moment.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Reader) throws -> Value) async throws -> Value {
        try await engine.journal.read(body)
    }

    // MARK: Members

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try WireJSON.decode(type, from: input) }

    /// Whether a member is there to take something away.
    func isNull(_ name: String) -> Bool { input[name] == .null }

    func text(_ name: String) -> String? { input[name]?.string }

    func choice<Choice: RawRepresentable<String>>(_ name: String) -> Choice? { text(name).flatMap(Choice.init) }

    func texts(_ name: String) -> Set<String> { Set(input[name]?.array?.compactMap(\.string) ?? []) }

    func choices<Choice: RawRepresentable<String> & Hashable>(_ name: String) -> Set<Choice> {
        Set(input[name]?.array?.compactMap { $0.string.flatMap(Choice.init) } ?? [])
    }

    /// The thing that the route is about.
    /// - Throws: its kind's not-found error, for a text that is no identifier too.
    func id<E: Entity>(_ name: String = E.kind.rawValue) throws -> Identifier<E> {
        guard let text = text(name), let id = Identifier<E>(text) else {
            throw HubError.notFound(E.kind, text(name) ?? "")
        }
        return id
    }

    func optionalID<E: Entity>(_ name: String) -> Identifier<E>? { text(name).flatMap(Identifier<E>.init) }

    /// The project that the route names, by identifier or slug.
    func projectID() async throws -> Project.ID {
        let text = text("project") ?? ""
        if let id = Project.ID(text) { return id }
        return try await read { try $0.projectID(text) }
    }

    /// The version that the change is based on.
    var version: Int? { input["version"]?.integer.map { Int($0) } }

    // MARK: Pages

    var limit: Int { limit(defaultsTo: Limits.pageDefault) }

    func limit(defaultsTo count: Int) -> Int { input["limit"]?.integer.map { Int($0) } ?? count }

    /// The cursor of a list that goes by identifier.
    func cursor<E: Entity>(_: E.Type) -> Identifier<E>? { optionalID("cursor") }
}

extension Reader {
    /// - Parameter text: an identifier, or a slug.
    func projectID(_ text: String) throws -> Project.ID {
        if let id = Project.ID(text) { return id }
        guard let id = try projectID(slug: text) else { throw HubError.notFound(.project, text) }
        return id
    }

    /// Where the journal stands that tells of the entity.
    func position(of entity: some Entity) throws -> JournalPosition { try position(of: entity.journal) }
}
