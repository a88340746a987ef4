package import Journal
package import Model

extension Engine {
    /// Says what somebody thinks of a run's work. Remarks go to the agent as one message, which is a further turn.
    /// - Throws: `HubError.validationFailed` for a review that says nothing; `.illegalTransition` while its agent is at work,
    ///   but for remarks.
    package func submitReview(of id: Run.ID, _ input: SubmitReview, by actor: Actor) async throws -> Committed<Review> {
        let comments = input.comments ?? []
        let most = settings.files.reviewCommentsMax
        guard comments.count <= most else {
            throw HubError.limit("reviewCommentsMax", most, "the review has \(comments.count) remarks")
        }
        let words = ReviewPrompt.make(input.verdict, notes: input.notes, comments: comments)
        guard input.verdict != .commented || words != nil else {
            throw HubError.invalid("/comments", "is empty, and so are /notes: nothing is said")
        }
        for (index, comment) in comments.enumerated() {
            guard let line = comment.line, let end = comment.endLine, end < line else { continue }
            throw HubError.invalid("/comments/\(index)/endLine", "is before /comments/\(index)/line")
        }
        let told = words != nil && (input.tell ?? (input.verdict != .approved))
        let commits = input.commit == true && input.verdict == .approved && !told
        // Looked at before it is said, so that what comes in between is not approved.
        let seen: Run.ApprovedWork? =
            if input.verdict == .approved {
                try await withWorktree(of: id) { try await work(of: $0, in: $1) }
            } else {
                nil
            }
        let submitted = try await journal.change(of: id, by: actor) { [catalog, settings] tx in
            var run = try tx.required(id)
            _ = try tx.open(run.projectId)
            guard run.status.isSettled || run.status == .paused || input.verdict == .commented else {
                throw HubError.illegal("review", "run \(id)", currentStatus: run.status.rawValue)
            }
            // Before it is said, not after.
            guard !commits || !run.holdsPlace else {
                throw HubError.illegal("commit", "run \(id), which has a process,", currentStatus: run.status.rawValue)
            }
            let review = Review(
                id: tx.make(), of: run, verdict: input.verdict, notes: input.notes, comments: comments, isTold: told,
                by: actor, at: tx.now)
            if told, let words {
                do {
                    try tx.tell(words, to: &run, catalog: catalog, settings: settings)
                } catch let error as Run.IllegalTransition {
                    throw HubError.illegal("review", "run \(id)", currentStatus: error.from.rawValue)
                }
            }
            switch input.verdict {
            case .approved where !told: (run.review, run.approvedWork) = (.approved, seen)
            case .rejected: run.review = .rejected
            case .approved, .commented: break
            }
            run.touch(at: tx.now)
            try tx.put(run, as: .runUpdated)
            try tx.put(review, as: .reviewSubmitted)
            return review
        }
        await scheduler.poke(id)
        scheduler.kick()
        if commits {
            do {
                _ = try await commit(id, CommitRun(), by: actor)
            } catch let error as HubError where error.code == .nothingToCommit {}
        }
        return submitted
    }
}

/// What an agent is told of a review.
enum ReviewPrompt {
    /// - Returns: nil when nothing was said.
    static func make(_ verdict: Review.Verdict, notes: String?, comments: [Review.Comment]) -> String? {
        let notes = notes.flatMap { $0.isEmpty ? nil : $0 }
        guard notes != nil || !comments.isEmpty else { return nil }
        let opening =
            switch verdict {
            case .approved: "Your work was reviewed and approved, with these remarks:"
            case .rejected: "Your work was reviewed and needs changes:"
            case .commented: "Your work was reviewed, with these remarks:"
            }
        let remarks = comments.map { "- \(place(of: $0)): \($0.text)" }
        return ([opening] + (notes.map { ["", $0] } ?? []) + (remarks.isEmpty ? [] : [""] + remarks)).joined(
            separator: "\n")
    }

    private static func place(of comment: Review.Comment) -> String {
        guard let line = comment.line else { return comment.path }
        let lines = comment.endLine.map { $0 == line ? "\(line)" : "\(line)-\($0)" } ?? "\(line)"
        return "\(comment.path):\(lines)" + (comment.side == .old ? " (as it was before)" : "")
    }
}
