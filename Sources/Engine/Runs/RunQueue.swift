import Model

/// Decides which queued runs may start: a value, so that the limits can be tested as a table.
///
/// Oldest first; a project that is at its limit does not hold up the others.
struct RunQueue: Sendable {
    var hubLimit: Int
    /// Of a project that sets none itself.
    var projectLimit: Int

    struct Member: Sendable, Equatable {
        var run: Run.ID
        var project: Project.ID
    }

    /// - Parameters:
    ///   - queued: in the order in which they were queued.
    ///   - active: those that hold a place.
    ///   - limits: what projects set for themselves.
    func admit(_ queued: [Member], active: [Member], limits: [Project.ID: Int]) -> [Run.ID] {
        var total = active.count
        var perProject: [Project.ID: Int] = [:]
        for member in active { perProject[member.project, default: 0] += 1 }
        var admitted: [Run.ID] = []
        for member in queued where total < hubLimit {
            let limit = limits[member.project] ?? projectLimit
            guard perProject[member.project, default: 0] < limit else { continue }
            perProject[member.project, default: 0] += 1
            total += 1
            admitted.append(member.run)
        }
        return admitted
    }
}
