import Agents
import FoundationEssentials
import Model
import Testing

@Suite struct TranscriptTests {
    /// `ROOST_RECORD=1` writes what is expected anew, to be read before it is committed.
    private static let isRecording = ProcessInfo.processInfo.environment["ROOST_RECORD"] == "1"

    @Test("has the effects that are written beside it", arguments: Transcript.names)
    func golden(name: String) throws {
        let effects = try Transcript(named: name).play()
        let text = effects.flatMap { $0.isEmpty ? [] : ["--"] + $0.map(\.text) }.joined(separator: "\n") + "\n"
        let file = Transcript.folder.appending(path: name + ".effects")
        if Self.isRecording { try text.write(to: file, atomically: true, encoding: .utf8) }
        let expected = try String(contentsOf: file, encoding: .utf8)
        let pairs = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
        for (line, expected) in pairs where line != expected { #expect(line == expected) }
        #expect(text.count == expected.count)
    }

    @Test("goes on in the same way from what was stored, after any step", arguments: Transcript.names)
    func restoring(name: String) throws {
        let transcript = try Transcript(named: name)
        let unbroken = try transcript.play()
        let restored = try transcript.play(storing: true)
        for (one, other) in zip(unbroken, restored) where one != other { #expect(one == other) }
        #expect(unbroken.count == restored.count)
    }

    @Test(
        "ends its turn once, numbers its entries without a hole, tells deltas of known entries only",
        arguments: Transcript.names)
    func invariants(name: String) throws {
        let transcript = try Transcript(named: name)
        let effects = try transcript.play().flatMap(\.self)
        #expect(effects.ends.count == 1)
        Self.expectOrder(of: effects, from: transcript.start.nextIndex)
    }

    @Test("what it counts on the way adds up to what its entries say at the end", arguments: Transcript.names)
    func usage(name: String) throws {
        let effects = try Transcript(named: name).play().flatMap(\.self)
        var counted: Usage?
        for case .usage(let usage) in effects { counted = counted?.adding(usage) ?? usage }
        var told: Usage?
        for usage in effects.entries.compactMap(\.content.usage) { told = told?.adding(usage) ?? usage }
        let tokens = [\Usage.inputTokens, \.outputTokens, \.cacheReadTokens, \.cacheCreationTokens]
        for part in tokens { #expect(counted?[keyPath: part] == told?[keyPath: part]) }
        // Differences of fractions.
        #expect(abs((counted?.costUsd ?? -1) - (told?.costUsd ?? -1)) < 1e-9)
    }

    @Test("survives lines that are lost, doubled, swapped, cut and garbled", arguments: Transcript.names)
    func mutations(name: String) throws {
        let transcript = try Transcript(named: name)
        for seed in UInt64(0)..<4 {
            var random = SplitMix64(state: seed)
            var mutated = transcript
            mutated.steps = random.mutate(transcript.steps) + [.exit(AgentExit(code: 1))]
            let effects = try mutated.play(storing: seed == 0).flatMap(\.self)
            #expect(effects.ends.count == 1, "seed \(seed)")
            Self.expectOrder(of: effects, from: transcript.start.nextIndex)
        }
    }

    private static func expectOrder(of effects: [AgentEffect], from first: Int) {
        var next = first
        var isOver = false
        for effect in effects {
            switch effect {
            case .entry(let index, _):
                #expect(index <= next && index >= first)
                next = max(next, index + 1)
            case .delta(let index, _, _): #expect(index < next)
            case .turnEnded: isOver = true
            case .ask, .write, .line: #expect(!isOver, "nothing is asked or written after the end")
            case .closeInput, .session, .perform, .withdraw, .usage: break
            }
        }
    }
}

/// Sebastiano Vigna's generator: the same seed gives the same mutations on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func mutate(_ steps: [Transcript.Step]) -> [Transcript.Step] {
        var result: [Transcript.Step] = []
        for step in steps {
            switch Int.random(in: 0..<20, using: &self) {
            case 0: break
            case 1: result += [step, step]
            case 2: result.insert(step, at: Int.random(in: 0...result.count, using: &self))
            case 3...6: result.append(garble(step))
            default: result.append(step)
            }
        }
        return result
    }

    private mutating func garble(_ step: Transcript.Step) -> Transcript.Step {
        guard case .line(var bytes, let stream) = step, !bytes.isEmpty else { return step }
        switch Int.random(in: 0..<4, using: &self) {
        case 0: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &self)))
        case 1: bytes[Int.random(in: 0..<bytes.count, using: &self)] = UInt8.random(in: 0...255, using: &self)
        case 2: bytes = swapWords(bytes)
        default:
            let start = Int.random(in: 0..<bytes.count, using: &self)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...40, using: &self)))
        }
        return .line(bytes, stream)
    }

    /// A line that is still JSON, with values of other types than they were.
    private mutating func swapWords(_ bytes: [UInt8]) -> [UInt8] {
        let values = ["null", "true", "-1", "1e300", "\"\"", "[]", "{}", "[{}]", "\"result\"", "9223372036854775807"]
        let colons = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }
        guard let colon = colons.randomElement(using: &self), let value = values.randomElement(using: &self),
            let end = bytes[colon...].firstIndex(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") })
        else { return bytes }
        return Array(bytes[...colon]) + Array(value.utf8) + Array(bytes[end...])
    }
}
