package import Model
internal import GRDB

extension Reader {
    /// By name.
    package func profiles<Form: RowForm>(
        of owner: ProfileOwner, as form: Form.Type = Decoded<Profile>.self
    ) throws -> [Form.Output] where Form.Subject == Profile {
        try rows(form, "WHERE owner = ? ORDER BY name", [owner.key])
    }

    /// The project's, or else its organization's, or the hub's. Their identifiers sort so.
    package func profile(named name: String, for project: Project.ID) throws -> Profile? {
        try first(
            Decoded<Profile>.self,
            """
            WHERE owner IN (?1, (SELECT organizationId FROM projects WHERE id = ?1), '') AND name = ?2
            ORDER BY owner DESC
            """,
            [project.rawValue, name])
    }
}
