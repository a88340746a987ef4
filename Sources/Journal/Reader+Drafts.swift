package import Model
internal import GRDB

extension Reader {
    package func draft(of run: Run.ID, _ type: Draft.Purpose) throws -> Draft? {
        try first(Decoded<Draft>.self, "WHERE runId = ? AND type = ?", [run.rawValue, type.rawValue])
    }

    package func drafts<Form: RowForm>(
        of run: Run.ID, as form: Form.Type = Decoded<Draft>.self
    ) throws -> [Form.Output] where Form.Subject == Draft {
        try rows(form, "WHERE runId = ? ORDER BY type", [run.rawValue])
    }

    /// In the order of their making.
    package func drafts<Form: RowForm>(
        of project: Project.ID, after cursor: Draft.ID? = nil, limit: Int, as form: Form.Type = Decoded<Draft>.self
    ) throws -> [Form.Output] where Form.Subject == Draft {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("projectId = ?", project.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }
}
