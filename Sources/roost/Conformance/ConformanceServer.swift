import ArgumentParser
import Foundation
import Logging
import Transport
import Glibc

struct ConformanceServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance-server",
        abstract: "Lead a client through cuts, gaps, silence and refusals, and say what it did wrong.",
        discussion: """
            Each scenario is a hub at http://host:port/<scenario>. The client follows `project:demo` with a snapshot, calls \
            `cards.create {"project": "demo", "title": "once"}`, and when it has the card "the end", or its channel has \
            ended, reports `conformance.report {cards: {id: title}, gaps, created, position}`; see \
            protocol/writing-a-client.md.

            With a command behind --, that is run for each scenario with the address as its last argument, and the exit \
            status says whether it did everything right. Without one it serves until it is stopped; GET / tells.
            """)

    /// Longer than a client takes that gives up a silent connection, and comes back by its back-off.
    static let secondsMax = 120

    @Option(help: "Where to listen.") var listen = "127.0.0.1:0"
    @Option(help: "Only this scenario; may be given several times.") var only: [String] = []
    @Argument(parsing: .postTerminator, help: "The client's command line.") var command: [String] = []

    func run() async throws {
        let scenarios = try chosen()
        let desk = ConformanceDesk()
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
            throw ValidationError("--listen is host:port")
        }
        let server = try desk.serve(
            on: Listener(.tcp(host: String(listen[..<colon]), port: port)),
            log: Logger(label: "conformance", factory: { _ in SwiftLogNoOpLogHandler() }))
        let address = "http://\(listen[..<colon]):\(server.port)"
        guard let program = command.first else {
            say(address)
            for await number in Signals.all() where [SIGINT, SIGTERM].contains(number) { return }
            return
        }
        var failed = 0
        for scenario in scenarios {
            let end = try ConformanceCommand(
                program: program, arguments: command.dropFirst() + ["\(address)/\(scenario.rawValue)"]
            )
            .run(secondsMax: Self.secondsMax)
            var play = desk.play(scenario)
            if let end { play.fault(end) }
            if !play.isReported, !scenario.endsUnreported { play.fault("it has not reported") }
            if !play.holds { failed += 1 }
            say(
                "\(play.holds ? "pass" : "FAIL")  \(scenario.says.section): \(scenario.says.rule) (\(scenario.rawValue))"
            )
            for fault in play.faults { say("      \(fault)") }
        }
        say("\(scenarios.count - failed) passed, \(failed) failed")
        if failed > 0 { throw ExitCode.failure }
    }

    /// At once: who reads it may be a program.
    private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private func chosen() throws -> [ConformanceScenario] {
        try only.isEmpty
            ? ConformanceScenario.allCases
            : only.map { name in
                guard let scenario = ConformanceScenario(rawValue: name) else {
                    let known = ConformanceScenario.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("there is no scenario \(name); known are \(known)")
                }
                return scenario
            }
    }
}
