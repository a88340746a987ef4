import Model

extension Git {
    /// A command that a lock keeps from its work, which a git left behind that was killed, is run again without it.
    /// - Throws: `GitFailure` for an exit code that the command does not accept, a time-out, too much output;
    ///   `CancellationError` once the process has ended.
    func run(_ command: GitCommand) async throws -> GitReply {
        // One after the other: of the index, of HEAD, of the branch that it stands for.
        for _ in 0..<Self.locksPerCommandMax {
            do {
                return try await runOnce(command)
            } catch let failure as GitFailure where command.access == .writing {
                guard try takeAwayLock(after: failure, of: command) else { throw failure }
            }
        }
        return try await runOnce(command)
    }

    private static let locksPerCommandMax = 8

    private func runOnce(_ command: GitCommand) async throws -> GitReply {
        let limit = settings.outputBytesMax
        let (report, code) = try await stream(command, into: BoundedOutput(byteCountMax: limit))
        let words = Self.trimmed(report.errors)
        guard !report.sinkIsFull, let code else {
            throw GitFailure(subcommand: command.subcommand, reason: .outputTooLarge(bytesMax: limit), words: words)
        }
        return GitReply(code: code, output: report.sink.bytes, words: words)
    }

    /// - Returns: the report, and the exit code unless the sink had the process ended.
    func stream<Sink: OutputSink>(
        _ command: GitCommand, into sink: Sink
    ) async throws -> (report: Supervision<Sink>.Report, code: Int32?) {
        let gate = command.isTransfer ? transfers : admission
        let report = try await gate.withPlace(urgency) { try await execute(command, into: sink) }
        if report.wasStopped { throw CancellationError() }
        if report.sinkIsFull { return (report, nil) }
        let reason: GitFailure.Reason
        switch report.end {
        case .exited(let code) where command.codesAccepted.contains(code): return (report, code)
        case .exited(let code): reason = .exited(code: code)
        case .signalled(let number): reason = .signalled(number)
        }
        throw GitFailure(subcommand: command.subcommand, reason: reason, words: Self.trimmed(report.errors))
    }

    private func execute<Sink: OutputSink>(
        _ command: GitCommand, into sink: Sink
    ) async throws -> Supervision<Sink>.Report {
        let launch = command.launch(with: settings)
        let patience =
            command.patience ?? GitCommand.Patience(seconds: settings.commandSecondsMax, limit: "commandSecondsMax")
        let (grace, time, hearing) = (settings.graceSeconds, time, command.hearing)
        do {
            return try await withThrowingTaskGroup(of: Supervision<Sink>.Report?.self) { group in
                group.addTask {
                    try await Supervision.run(launch, into: sink, grace: .seconds(grace), hearing: hearing)
                }
                group.addTask {
                    try await time.sleep(for: .seconds(patience.seconds))
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let report = first else {
                    throw GitFailure(
                        subcommand: command.subcommand,
                        reason: .timedOut(seconds: patience.seconds, limit: patience.limit), words: "")
                }
                return report
            }
        } catch let error as SystemError {
            throw GitFailure(subcommand: command.subcommand, reason: .notStarted, words: error.description)
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
