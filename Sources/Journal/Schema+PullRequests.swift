internal import GRDB

extension Schema {
    /// Those few runs of all that somebody has to look after.
    static let openPullRequest = "json_extract(CAST(body AS TEXT), '$.pullRequest.state') = 'open'"

    static func addPullRequests(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX runsWithOpenPullRequest ON runs (id) WHERE \(openPullRequest)")
    }
}
