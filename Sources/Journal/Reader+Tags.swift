package import Model
internal import GRDB

extension Reader {
    /// By name.
    /// - Parameter project: nil: those of the hub.
    package func tags<Form: RowForm>(
        of project: Project.ID?, type: Tag.Purpose? = nil, as form: Form.Type = Decoded<Tag>.self
    ) throws -> [Form.Output] where Form.Subject == Tag {
        var selection = Selection(orderedBy: "type, name", limit: nil)
        selection.require("projectId = ?", project?.rawValue ?? "")
        selection.require("type = ?", type?.rawValue)
        return try rows(form, selection)
    }

    /// The project's, or else the hub's.
    package func tag(_ type: Tag.Purpose, named name: String, for project: Project.ID) throws -> Tag? {
        try first(
            Decoded<Tag>.self, "WHERE projectId IN (?, '') AND type = ? AND name = ? ORDER BY projectId DESC",
            [project.rawValue, type.rawValue, name])
    }

    /// By name.
    package func templates() throws -> [Template] { try rows(Decoded<Template>.self, "ORDER BY name", []) }
}
