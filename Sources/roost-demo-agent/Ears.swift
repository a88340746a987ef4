import Foundation

/// What the agent hears on stdin, also while it works. It has no thread: whoever lets time pass listens meanwhile.
final class Ears {
    /// 1 MiB a line: a long prompt.
    static let lineByteCountMax = 1 << 20
    /// 16 prompts wait at most: nobody types ahead further than that.
    static let waitingPromptCountMax = 16
    private static let chunkByteCount = 64 << 10

    struct Interrupted: Error {}

    struct Answer {
        let isApproved: Bool
        let reason: String?
    }

    private let voice: Voice
    private var rest: [UInt8] = []
    /// The line that is being read is too long: it is dropped up to its end.
    private var isDropping = false
    private var hasEnded = false
    private var prompts: [String] = []
    private var isWorking = false
    private var isInterrupted = false
    private var question: String?
    private var answer: Answer?

    init(_ voice: Voice) {
        self.voice = voice
    }

    /// - Returns: nil when there will be no more.
    func nextPrompt() -> String? {
        isWorking = false
        while prompts.isEmpty && !hasEnded { listen(forMs: -1) }
        isWorking = true
        isInterrupted = false
        return prompts.isEmpty ? nil : prompts.removeFirst()
    }

    /// Lets time pass.
    func pause(ms: Int) throws(Interrupted) {
        let until = ContinuousClock.now + .milliseconds(ms)
        while true {
            let rest = until - ContinuousClock.now
            let restMs = max(0, Int(rest / .milliseconds(1)))
            let isLast = restMs == 0
            listen(forMs: Int32(clamping: restMs))
            if isInterrupted { throw Interrupted() }
            if isLast { return }
        }
    }

    /// Waits for the answer to a question.
    func answer(to id: String) throws(Interrupted) -> Answer {
        question = id
        defer { (question, answer) = (nil, nil) }
        while answer == nil && !isInterrupted {
            if hasEnded { return Answer(isApproved: false, reason: "nobody is there to answer") }
            listen(forMs: -1)
        }
        guard let answer, !isInterrupted else { throw Interrupted() }
        return answer
    }

    /// Takes what comes within the time, or before it: one chunk. -1 waits for ever.
    private func listen(forMs ms: Int32) {
        var input = pollfd(fd: hasEnded ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&input, 1, ms) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: Self.chunkByteCount)
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        guard count > 0 else {
            hasEnded = count == 0 || errno != EINTR
            return
        }
        var lines = chunk[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let tail = lines.removeLast()
        for line in lines {
            grow(line)
            if !isDropping { hear(rest) }
            (rest, isDropping) = ([], false)
        }
        grow(tail)
    }

    private func grow(_ more: ArraySlice<UInt8>) {
        guard !isDropping else { return }
        rest += more
        guard rest.count > Self.lineByteCountMax else { return }
        voice.complain("a line is longer than \(Self.lineByteCountMax) bytes (lineByteCountMax)")
        (rest, isDropping) = ([], true)
    }

    private func hear(_ line: [UInt8]) {
        guard !line.isEmpty else { return }
        do {
            try hear(JSONDecoder().decode(Heard.self, from: Data(line)))
        } catch {
            voice.complain("not understood: \(String(decoding: line.prefix(200), as: UTF8.self))")
        }
    }

    private func hear(_ heard: Heard) throws {
        switch heard.type {
        case .prompt:
            guard let text = heard.text else { throw Missing(member: "text") }
            guard prompts.count < Self.waitingPromptCountMax else {
                return voice.complain("\(Self.waitingPromptCountMax) prompts wait already (waitingPromptCountMax)")
            }
            prompts.append(text)
        case .approval:
            guard let id = heard.id, let decision = heard.decision else { throw Missing(member: "id, decision") }
            if id == question { answer = Answer(isApproved: decision == .approve, reason: heard.reason) }
        case .interrupt:
            isInterrupted = isWorking
        }
    }

    private struct Missing: Error {
        let member: String
    }
}
