package import Model

/// Who changes something by which agents may be put to work, and whether by him they may: to change boards and to land work
/// is one thing, to run programs on the hub's machine another.
package struct Principal: Sendable {
    package let actor: Actor
    let mayStart: @Sendable (Project.ID) -> Bool
    let admitStart: @Sendable () throws -> Void

    /// - Parameters:
    ///   - mayStart: whether he may put agents to work in a project. Where he may not, nothing begins.
    ///   - admitStart: called on the writer's thread in the unit of work that puts an agent to work, which is undone when it
    ///     throws.
    package init(
        _ actor: Actor, mayStart: @escaping @Sendable (Project.ID) -> Bool,
        admitStart: @escaping @Sendable () throws -> Void
    ) {
        self.actor = actor
        self.mayStart = mayStart
        self.admitStart = admitStart
    }

    /// Of whom it is known already that he may.
    package init(starting actor: Actor) { self.init(actor, mayStart: { _ in true }, admitStart: {}) }

    /// - Throws: `HubError` `.forbidden` with the ability.
    func requireStart(in project: Project.ID, for what: String) throws {
        guard mayStart(project) else { throw HubError.forbidden(what, needs: .runWrite) }
    }
}

extension BoardColumn {
    /// Whether a card stays parked that this principal brings here, or changes here; nil is no.
    /// - Parameter principal: nil: the hub itself.
    func parking(by principal: Principal?) -> Bool? {
        guard type == .active, let principal else { return nil }
        return principal.mayStart(projectId) ? nil : true
    }
}
