package import Journal
import Keeper
package import Model

// What is said to a script while it runs. An agent's input is its dialogue's.
extension Engine {
    /// Hands text to a script's standard input, or ends it.
    /// - Throws: `HubError` `.illegalTransition`; `.overloaded` for one that does not read.
    package func sendInput(to id: ChildProcess.ID, _ input: ProcessInput) async throws -> ChildProcess {
        try await inputs.deliver(to: id) { [self] in
            try await withLink(to: id, "input to") { link, state in
                guard state.input.isOpen else {
                    throw HubError.illegal("input to", "process \(id)", currentStatus: "deaf: its input is closed")
                }
                let bytes = Array((input.text ?? "").utf8)
                guard UInt64(bytes.count) <= state.input.roomByteCount else {
                    throw HubError(
                        .overloaded, "process \(id) does not read what it was told", retryAfterSeconds: 1)
                }
                if !bytes.isEmpty { _ = try await link.send(bytes, at: state.input.acceptedByteCount) }
                if input.end == true { try await link.closeInput() }
            }
        }
        return try await journal.read { try $0.required(id) }
    }

    /// Tells a script on a terminal how large that is now.
    package func resize(_ id: ChildProcess.ID, to size: ScreenSize, by actor: Actor) async throws -> Committed<
        ChildProcess
    > {
        guard try await journal.read({ try $0.required(id).terminal != nil }) else {
            throw HubError.illegal("resize", "process \(id)", currentStatus: "without a terminal")
        }
        try await withLink(to: id, "resize") { link, _ in try await link.resize(TerminalSize(size)) }
        return try await journal.change(of: id, by: actor) { tx in
            var process = try tx.required(id)
            process.terminal = size
            process.updatedAt = tx.now
            try tx.put(process, as: .processUpdated)
            return process
        }
    }

    private func withLink(
        to id: ChildProcess.ID, _ verb: String, _ body: (any ProcessLink, KeeperState) async throws -> Void
    ) async throws {
        let process = try await journal.read { try $0.required(id) }
        guard process.reason != .codingagent, process.status == .running else {
            throw HubError.illegal(
                verb, "process \(id), a \(process.reason.rawValue),", currentStatus: process.status.rawValue)
        }
        let link = host.link(to: KeeperFolder(path: settings.processFolder(of: id)))
        do {
            try await body(link, try await link.attach(within: RunContext.keeperAnswerSeconds, of: clock))
            await link.close()
        } catch let error as KeeperLinkError {
            await link.close()
            throw HubError.illegal(verb, "process \(id)", currentStatus: "ending (\(error))")
        } catch {
            await link.close()
            throw error
        }
    }
}

package struct ProcessInput: Codable, Sendable {
    package var text: String?
    /// Nothing more will come.
    package var end: Bool?

    package init(text: String? = nil, end: Bool? = nil) {
        self.text = text
        self.end = end
    }
}
