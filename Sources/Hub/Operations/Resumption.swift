import Journal
import Model

/// How an operation that makes something and waits for it waits on, when it is asked for again with its key and the hub
/// has gone meanwhile: what was made is kept with the commit that made it, and is not made again.
struct Resumption: Sendable {
    /// Of what is made.
    let kind: EntityKind
    let handler: @Sendable (OperationCall, _ id: String) async throws -> OperationAnswer

    init<E: Entity>(
        of _: E.Type, _ handler: @escaping @Sendable (OperationCall, Identifier<E>) async throws -> OperationAnswer
    ) {
        kind = E.kind
        self.handler = { call, text in
            guard let id = Identifier<E>(text) else {
                throw JournalError.damaged("a kept answer says that it began \(text), which is no \(E.kind.rawValue)")
            }
            return try await handler(call, id)
        }
    }
}
