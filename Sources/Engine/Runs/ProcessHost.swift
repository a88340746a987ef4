package import Keeper
import Model

/// Starts processes under keepers and finds them again. Tests put a scripted one in its place.
package protocol ProcessHost: Sendable {
    /// Makes the folder and starts a keeper in it.
    /// - Returns: `running`, or `exited` for a process that has ended already or could not be started.
    func launch(_ specification: LaunchSpecification, in folder: KeeperFolder) async throws -> KeeperFolder.Status

    func link(to folder: KeeperFolder) -> any ProcessLink
}

/// The connection to one keeper; see `KeeperLink`.
package protocol ProcessLink: Sendable {
    var events: AsyncStream<KeeperEvent> { get }
    func attach() async throws -> KeeperState
    func send(_ bytes: [UInt8], at offset: UInt64) async throws -> UInt64
    func closeInput() async throws
    /// Sends a signal to the process group.
    func signal(_ signal: Int32) async throws
    /// Tells a process that has a terminal how large that is now.
    func resize(_ size: TerminalSize) async throws
    func terminate(graceMs: UInt64) async throws
    func close() async
}

extension KeeperLink: ProcessLink {}

extension ProcessLink {
    /// Attaches to a keeper that may hang: gives up after a time, and when the task is cancelled.
    /// - Throws: `KeeperLinkError`; `.silent` when the time is over.
    func attach(within seconds: Int, of clock: any TimeSource) async throws -> KeeperState {
        let alarm = Task {
            do { try await clock.sleep(for: .seconds(seconds)) } catch { return false }
            await close()
            return true
        }
        do {
            let state = try await withTaskCancellationHandler {
                try await attach()
            } onCancel: {
                Task { await close() }
            }
            alarm.cancel()
            return state
        } catch {
            alarm.cancel()
            if await alarm.value { throw KeeperLinkError.silent(seconds: seconds) }
            throw error
        }
    }
}

/// The real ones: a keeper for each process, one loop for all links.
package struct KeeperHost: ProcessHost {
    private let launcher: KeeperLauncher
    private let loop: DescriptorLoop

    /// - Parameter program: the path of `roost-keeper`.
    package init(program: String) throws {
        loop = try DescriptorLoop()
        launcher = KeeperLauncher(program: program, on: loop)
    }

    package func launch(
        _ specification: LaunchSpecification, in folder: KeeperFolder
    ) async throws -> KeeperFolder.Status {
        try await launcher.launch(specification, in: folder)
    }

    package func link(to folder: KeeperFolder) -> any ProcessLink { KeeperLink(to: folder, on: loop) }
}
