package import Model
internal import GRDB

extension Reader {
    /// By name.
    /// - Parameter project: nil: those of the hub.
    package func profiles<Form: RowForm>(
        of project: Project.ID?, as form: Form.Type = Decoded<Profile>.self
    ) throws -> [Form.Output] where Form.Subject == Profile {
        try rows(form, "WHERE projectId = ? ORDER BY name", [project?.rawValue ?? ""])
    }

    /// The project's, or else the hub's.
    package func profile(named name: String, for project: Project.ID) throws -> Profile? {
        try first(
            Decoded<Profile>.self, "WHERE projectId IN (?, '') AND name = ? ORDER BY projectId DESC",
            [project.rawValue, name])
    }
}
