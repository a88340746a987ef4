import Foundation

/// A client under test, as a process.
struct ConformanceCommand {
    let program: String
    let arguments: [String]

    /// - Returns: what was wrong with how it ended; nil when it ended by itself, with status 0.
    func run(secondsMax: Int) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        // What it says is for people; verdicts are on stdout.
        process.standardOutput = FileHandle.standardError
        try process.run()
        let watchdog = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(secondsMax), execute: watchdog)
        process.waitUntilExit()
        watchdog.cancel()
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return nil
        case (.uncaughtSignal, SIGTERM): return "it has not ended within \(secondsMax) s"
        case (.exit, let status): return "it ended with status \(status)"
        case (_, let signal): return "it was ended by signal \(signal)"
        }
    }
}
