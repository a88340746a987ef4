package import Model
internal import GRDB

extension Reader {
    /// A project's rules; those that it began with when nobody has changed them.
    package func policy(of project: Project) throws -> Policy {
        try get(Policy.ID(sharedWith: project.id)) ?? Policy(of: project.id, at: project.createdAt)
    }
}
