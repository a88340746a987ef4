import ArgumentParser
import Foundation
import Hub

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the hub.", discussion: SettingsOptions.discussion)

    @OptionGroup var settings: SettingsOptions
    @Flag(help: "Also make a sample repository with a board, and let the demo agent work on its first card.")
    var demo = false
    @Flag(name: .customLong("\(WebSocketEcho.path)"), help: .hidden)
    var echoes = false

    func run() async throws {
        let settings = try settings.resolve()
        do {
            let hub = try await Composition.start(
                settings, environment: ProcessInfo.processInfo.environment, isDemonstration: demo,
                echoesWebSockets: echoes)
            hub.announce(isDemonstration: demo)
            for await signal in Signals.termination() {
                await hub.stop(because: signal)
                break
            }
        } catch let error as SettingError {
            throw ValidationError(error.description)
        }
        // libwebsockets' contexts are not destroyed: in 4.1 that is where it crashes (see ARCHITECTURE.md).
        _exit(0)
    }
}
