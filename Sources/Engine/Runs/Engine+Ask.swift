package import Journal
package import Model

/// A run that was started and waited for.
package struct AskedRun: Codable, Sendable, Equatable {
    package let run: Run
    /// What its agent said last.
    package let answer: String?

    package init(run: Run, answer: String?) {
        self.run = run
        self.answer = answer
    }
}

extension Engine {
    /// Starts a run and waits until it does nothing more by itself, at most `waitMs`. It goes on whoever stops waiting.
    package func ask(
        _ project: Project.ID, _ input: CreateRun, waitMs: Int, by actor: Actor
    ) async throws -> AskedRun {
        try requireWait(waitMs)
        var input = input
        input.start = true
        return try await wait(for: createRun(project, input, by: actor).value.id, waitMs: waitMs)
    }

    /// Waits until a run does nothing more by itself, at most `waitMs`.
    package func wait(for id: Run.ID, waitMs: Int) async throws -> AskedRun {
        try requireWait(waitMs)
        let listener = bell.listen(to: try await journal.read { try $0.required(id).journal })
        defer { bell.forget(listener) }
        let deadline = clock.now().adding(milliseconds: Int64(waitMs))
        while true {
            let asked = try await journal.read { reader in
                AskedRun(run: try reader.required(id), answer: try reader.lastWords(of: id))
            }
            let now = clock.now()
            guard !asked.run.isAtRest, now < deadline else { return asked }
            try await listener.wait(until: deadline, clock)
        }
    }

    private func requireWait(_ waitMs: Int) throws(HubError) {
        let most = settings.limits.agentWaitMsMax
        guard waitMs <= most else { throw HubError.limit("agentWaitMsMax", most, "waiting \(waitMs) ms is too long") }
    }
}

extension Run {
    /// It is done, or waits for somebody.
    fileprivate var isAtRest: Bool {
        switch status {
        case .queued, .running: false
        case .waiting: waitingFor?.isForPerson ?? true
        case .draft, .paused, .completed, .failed, .cancelled, .interrupted: true
        }
    }
}

extension Reader {
    /// 100 entries back: the last words stand at the end, behind at most some tools and figures.
    private static let lookBackEntries = 100

    package func lastWords(of run: Run.ID) throws -> String? {
        try latestEntries(of: run, limit: Self.lookBackEntries).last { $0.content.kind == .assistantMessage }?.content
            .text
    }
}
