import Engine
import Foundation
import Keeper
import Testing

/// A process under a real keeper, in a temporary folder of its own that goes with it.
final class KeptProcess: Sendable {
    let folder: KeeperFolder
    private let base: String

    static let loop = makeLoop()

    /// The launcher of all tests: keepers are found beside the test bundle, where the build puts them.
    static let launcher = KeeperLauncher(program: keeper, on: loop)
    static let keeper = beside("roost-keeper")
    static let demoAgent = beside("roost-demo-agent")

    private static func beside(_ program: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(program).path
    }

    init(in parent: String = NSTemporaryDirectory()) throws {
        base = parent + "/roost-keeper-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        folder = KeeperFolder(path: base + "/process")
    }

    deinit {
        // A test that failed may have left somebody.
        if case .running(let record)? = try? folder.status() {
            _ = try? record.child?.signalGroup(SIGKILL)
            kill(record.keeper.pid, SIGKILL)
        }
        try? FileManager.default.removeItem(atPath: base)
    }

    /// A keeper that runs a command line.
    static func start(
        _ arguments: String..., environment: [String: String] = ["PATH": "/usr/bin:/bin"], in directory: String = "/",
        outputByteCountMax: UInt64? = nil, wallMsMax: UInt64? = nil
    ) async throws -> KeptProcess {
        let process = try KeptProcess()
        try await process.launch(
            LaunchSpecification(
                arguments: arguments, environment: environment, workingDirectory: directory,
                outputByteCountMax: outputByteCountMax, wallMsMax: wallMsMax))
        return process
    }

    @discardableResult
    func launch(_ specification: LaunchSpecification) async throws -> KeeperFolder.Status {
        try await Self.launcher.launch(specification, in: folder)
    }

    func attached() async throws -> (link: KeeperLink, state: KeeperState) {
        let link = KeeperLink(to: folder, on: Self.loop)
        return (link, try await link.attach())
    }

    /// How the process ended, as the files say.
    func exit() async throws -> ExitRecord {
        try await eventually {
            if case .exited(let record) = try folder.status() { record } else { nil }
        }
    }

    func record() throws -> KeeperRecord {
        guard case .running(let record) = try folder.status() else { throw Unexpected("it does not run") }
        return record
    }

    func output(_ stream: SpoolStream = .stdout) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + stream.rawValue)))
    }

    func text(_ stream: SpoolStream = .stdout) throws -> String {
        String(decoding: try output(stream), as: UTF8.self)
    }

    /// Waits until the process has said something.
    func said(_ text: String) async throws {
        try await eventually { try self.text().contains(text) ? () : nil }
    }
}

private func makeLoop() -> DescriptorLoop {
    do { return try DescriptorLoop() } catch { preconditionFailure("\(error)") }
}

struct Unexpected: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// Asks until there is an answer. The deadline ends a test that would hang; no result depends on it.
func eventually<Answer>(_ answer: () throws -> Answer?) async throws -> Answer {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if let found = try answer() { return found }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw Unexpected("no answer within a minute")
}

/// Whether a process of that number lives.
func lives(_ pid: Int32) throws -> Bool {
    guard let status = try ProcessStatus(pid: pid) else { return false }
    return !status.hasEnded
}
