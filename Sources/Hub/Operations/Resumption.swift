import Journal
import Model

/// How an operation answers that is asked for again with its key, when what is kept is not its answer but the identifier of
/// what it made, which was kept with the commit that made it: it waits for that and the hub went meanwhile, or its answer is
/// not to be kept.
struct Resumption: Sendable {
    /// Of what is made.
    let kind: EntityKind
    /// Whether the answer takes the identifier's place once it is there; not where it tells a secret.
    let keepsAnswer: Bool
    let handler: @Sendable (OperationCall, _ id: String) async throws -> OperationAnswer

    init<E: Entity>(
        of _: E.Type, keepsAnswer: Bool = true,
        _ handler: @escaping @Sendable (OperationCall, Identifier<E>) async throws -> OperationAnswer
    ) {
        kind = E.kind
        self.keepsAnswer = keepsAnswer
        self.handler = { call, text in
            guard let id = Identifier<E>(text) else {
                throw JournalError.damaged("a kept answer says that it began \(text), which is no \(E.kind.rawValue)")
            }
            return try await handler(call, id)
        }
    }
}
