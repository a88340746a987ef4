import Glibc

/// Decides when the process and what it leaves behind are told to end, are killed, and are given up. It has no clock and
/// kills nobody: times come in, effects go out.
package struct Lifecycle {
    /// 5 s: what is left to a process to end well when it has hit a limit, or when nobody said how long.
    package static let graceMs: UInt64 = 5_000
    /// 1 h: a longer grace than this is a mistake.
    package static let graceMsMax: UInt64 = 3_600_000
    /// 500 ms: how long the last words of descendants are waited for after the process itself has ended.
    package static let drainMs: UInt64 = 500
    /// 1 s: what is left to descendants to end well.
    package static let sweepMs: UInt64 = 1_000
    /// 20 ms: between two rounds of killing, for what was born during the first.
    package static let killIntervalMs: UInt64 = 20
    /// 5 s: a process that SIGKILL does not end within this hangs in the kernel, and no patience helps.
    package static let giveUpMs: UInt64 = 5_000

    package enum Phase: Equatable {
        case running
        case stopping(killAt: UInt64)
        /// The process has ended; its pipes may still bring something.
        case draining(until: UInt64)
        /// Its descendants have been told to end.
        case sweeping(killAt: UInt64)
        case killing(againAt: UInt64, giveUpAt: UInt64)
        case over
    }

    package enum Effect: Equatable {
        case signalGroup(Int32)
        case signalDescendants(Int32)
        case complainOfSurvivors
    }

    package private(set) var phase = Phase.running
    package private(set) var cause: ExitRecord.Cause?
    /// When the process has run long enough; nil for no limit.
    package let limitAt: UInt64?

    package init(limitAt: UInt64?) {
        self.limitAt = limitAt
    }

    /// When `advance` is due if nothing else happens before.
    package var deadline: UInt64? {
        switch phase {
        case .running: limitAt
        case .stopping(let at), .draining(let at), .sweeping(let at), .killing(let at, _): at
        case .over: nil
        }
    }

    /// The process is to end. A second call can only shorten the grace.
    package mutating func stop(_ cause: ExitRecord.Cause, graceMs: UInt64, at now: UInt64) -> [Effect] {
        note(cause)
        let killAt = now + min(graceMs, Self.graceMsMax)
        switch phase {
        case .running:
            phase = .stopping(killAt: killAt)
            // One that is paused could not hear it.
            return [.signalGroup(SIGTERM), .signalGroup(SIGCONT)]
        case .stopping(let earlier):
            phase = .stopping(killAt: min(earlier, killAt))
            return []
        case .draining, .sweeping, .killing, .over:
            return []
        }
    }

    package mutating func childEnded(at now: UInt64) {
        phase = .draining(until: now + Self.drainMs)
    }

    /// - Parameters:
    ///   - hasDescendants: someone whom the process started still lives, as our child now.
    ///   - streamsEnded: nobody holds the pipes any more.
    package mutating func advance(at now: UInt64, hasDescendants: Bool, streamsEnded: Bool) -> [Effect] {
        switch phase {
        case .running:
            guard let limitAt, now >= limitAt else { return [] }
            return stop(.timeLimit, graceMs: Self.graceMs, at: now)
        case .stopping(let killAt):
            guard now >= killAt else { return [] }
            phase = .stopping(killAt: now + Self.sweepMs)
            return [.signalGroup(SIGKILL), .signalDescendants(SIGKILL)]
        case .draining(let until):
            guard streamsEnded || now >= until else { return [] }
            phase = hasDescendants ? .sweeping(killAt: now + Self.sweepMs) : .over
            return hasDescendants ? [.signalDescendants(SIGTERM), .signalDescendants(SIGCONT)] : []
        case .sweeping(let killAt):
            if !hasDescendants { phase = .over }
            guard hasDescendants, now >= killAt else { return [] }
            phase = .killing(againAt: now + Self.killIntervalMs, giveUpAt: now + Self.giveUpMs)
            return [.signalDescendants(SIGKILL)]
        case .killing(let againAt, let giveUpAt):
            if !hasDescendants || now >= giveUpAt { phase = .over }
            guard hasDescendants else { return [] }
            guard now < giveUpAt else { return [.complainOfSurvivors] }
            guard now >= againAt else { return [] }
            phase = .killing(againAt: now + Self.killIntervalMs, giveUpAt: giveUpAt)
            return [.signalDescendants(SIGKILL)]
        case .over:
            return []
        }
    }

    /// The first cause is told, but for one that lost output: that must be known whatever came before.
    private mutating func note(_ cause: ExitRecord.Cause) {
        switch (self.cause, cause) {
        case (nil, _), (.request, .outputLimit), (.request, .diskFull), (.timeLimit, .outputLimit),
            (.timeLimit, .diskFull):
            self.cause = cause
        case (.request, .request), (.request, .timeLimit), (.timeLimit, .request), (.timeLimit, .timeLimit),
            (.outputLimit, _), (.diskFull, _):
            break
        }
    }
}
