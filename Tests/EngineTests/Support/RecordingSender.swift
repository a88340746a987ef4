import Engine
import Model
import Synchronization

/// Receives what the hub would send, and answers as it is told.
final class RecordingSender: WebhookSender {
    enum Answer: Sendable {
        case status(Int, retryAfterSeconds: Int? = nil)
        /// No answer comes.
        case broken(String)
    }
    struct Broken: Error, CustomStringConvertible { let description: String }

    private let state = Mutex<(messages: [WebhookMessage], answers: [Answer])>(([], []))
    /// Those that wait for `release`; nil while nobody has to.
    private let held = Mutex<[CheckedContinuation<Void, Never>]?>(nil)

    var messages: [WebhookMessage] { state.withLock { $0.messages } }

    /// In the order of the messages; 200 when there is none left.
    func answer(_ answers: Answer...) { state.withLock { $0.answers += answers } }

    /// No message is answered any more, until `release`.
    func hold() { held.withLock { $0 = [] } }

    func release() {
        for sending in held.withLock({ $0.take() }) ?? [] { sending.resume() }
    }

    func check(_ url: String) throws(HubError) {
        guard url.hasPrefix("https://") else { throw HubError.invalid("/webhookUrl", "must be https") }
    }

    func makeSecret() -> [UInt8] { Array("a secret of thirty-two bytes, no ".utf8.prefix(32)) }

    func send(_ message: WebhookMessage) async throws -> WebhookAnswer {
        let answer = state.withLock { state in
            state.messages.append(message)
            return state.answers.isEmpty ? .status(200) : state.answers.removeFirst()
        }
        await withCheckedContinuation { sending in
            let isHeld = held.withLock { held in
                held?.append(sending)
                return held != nil
            }
            if !isHeld { sending.resume() }
        }
        switch answer {
        case .status(let status, let retryAfterSeconds):
            return WebhookAnswer(status: status, retryAfterSeconds: retryAfterSeconds)
        case .broken(let why): throw Broken(description: why)
        }
    }
}
