import Engine
import Wire

/// Where a page of commits begins: pages stay whole when the branch moves meanwhile.
struct CommitCursor {
    let head: String
    let skipped: Int

    static let field = Schema.Field.cursor("^[0-9a-f]{40,64}:[0-9]{1,9}$") { CommitCursor($0) != nil }

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, [40, 64].contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            parts[1].utf8.count <= 9, let skipped = Int(parts[1]), skipped >= 0
        else { return nil }
        (head, self.skipped) = (String(parts[0]), skipped)
    }
}

extension OperationCall {
    /// A page of commits, and where the next one begins.
    func commitPage(
        _ read: (_ head: String?, _ skipped: Int, _ countMax: Int) async throws -> (
            head: String?, commits: [RunCommit]
        )
    ) async throws -> OperationAnswer {
        let cursor = text("cursor").flatMap(CommitCursor.init)
        let skipped = cursor?.skipped ?? 0
        let (head, commits) = try await read(cursor?.head, skipped, limit + 1)
        var answer = OperationAnswer(data: try WireJSON.encode(Array(commits.prefix(limit))))
        if let head, commits.count > limit { answer.nextCursor = "\(head):\(skipped + limit)" }
        return answer
    }
}
