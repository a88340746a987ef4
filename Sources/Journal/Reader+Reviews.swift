package import Model
internal import GRDB

// What became of runs' work.
extension Reader {
    /// The newest first.
    package func reviews<Form: RowForm>(
        of run: Run.ID, as form: Form.Type = Decoded<Review>.self
    ) throws -> [Form.Output] where Form.Subject == Review {
        try rows(form, "WHERE runId = ? ORDER BY id DESC", [run.rawValue])
    }
}
