import ArgumentParser
import Foundation
import Hub
import Transport

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the hub.", discussion: SettingsOptions.discussion)

    @OptionGroup var settings: SettingsOptions
    @Flag(help: "Also make a sample repository with a board, and let the demo agent work on its first card.")
    var demo = false
    @Flag(
        help: """
            Take over from the hub that has the data folder: listen beside it, ask it to go, and go on where it stopped. \
            No connection is refused in between.
            """)
    var takeOver = false
    @Flag(name: .customLong("\(WebSocketEcho.path)"), help: .hidden)
    var echoes = false

    func run() async throws {
        let settings = try settings.resolve()
        do {
            let hub = try await Composition.start(
                settings, environment: ProcessInfo.processInfo.environment, isDemonstration: demo,
                takesOver: takeOver, echoesWebSockets: echoes)
            // Before it is said that the hub is there: whoever is told so may send a signal.
            let signals = Signals.all()
            hub.announce(isDemonstration: demo)
            await follow(signals, hub)
        } catch let error as SettingError {
            throw ValidationError(error.description)
        }
    }

    /// Goes on until the process ends: when the hub has gone, or at once after a second signal to go.
    private func follow(_ signals: AsyncStream<Int32>, _ hub: Composition) async {
        hub.tell(.ready)
        var isStopping = false
        for await signal in signals {
            if signal == SIGHUP {
                guard !isStopping else { continue }
                hub.tell(.reloading(monotonicMicroseconds: SystemClock.monotonicMicroseconds))
                hub.reload()
                hub.tell(.ready)
            } else if isStopping {
                _exit(128 + signal)
            } else {
                isStopping = true
                // Where another one takes over, the service goes on: it is the one that the manager looks at.
                if signal != HubProcess.handOver { hub.tell(.stopping) }
                Task {
                    await hub.stop(because: signal)
                    // libwebsockets' contexts are not destroyed: in 4.1 that is where it crashes (see ARCHITECTURE.md).
                    _exit(0)
                }
            }
        }
    }
}
