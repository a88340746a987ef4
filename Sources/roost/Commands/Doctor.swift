import Agents
import ArgumentParser
import Engine
import Foundation
import Glibc
import Model
import Transport

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine: git, agents and their versions, the port, the disk, permissions.")

    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let examination = MachineExamination(
            settings: try settings.resolve(), environment: ProcessInfo.processInfo.environment)
        let findings = await examination.run()
        for finding in findings { print(finding.line) }
        guard !findings.contains(where: { $0.grade == .bad }) else { throw ExitCode.failure }
    }
}

/// One thing that was looked at.
struct Finding {
    enum Grade: String {
        case good = "ok"
        /// Something will not be offered; the hub runs.
        case note = "--"
        /// The hub will not run, or not safely.
        case bad = "!!"
    }
    let grade: Grade
    let subject: String
    let text: String

    var line: String { "[\(grade.rawValue)] \(subject.padding(toLength: 16, withPad: " ", startingAt: 0)) \(text)" }
}

/// What `roost doctor` looks at.
struct MachineExamination {
    /// 1 GiB: some weeks of spools and a few worktrees of a middling repository.
    static let freeBytesMin = 1 << 30
    /// 1,024 descriptors: a socket for each viewer, some ten for each agent.
    static let descriptorsMin = 1_024
    /// git 2.38 brought `merge-tree --write-tree`, by which merges are computed without a worktree.
    static let gitVersionMin = (2, 38)

    let settings: HubSettings
    let environment: [String: String]

    func run() async -> [Finding] {
        var findings =
            [await git(), keeper(), await sandbox(), folder(), disk(), descriptors()] + settings.listen.map(port)
        for program in Composition.catalog(settings).programs { findings.append(await agent(program)) }
        return findings
    }

    private func git() async -> Finding {
        guard let text = await Probe.firstLine(of: ["git", "--version"], environment: environment) else {
            return Finding(grade: .bad, subject: "git", text: "not found in PATH")
        }
        let numbers = text.split(separator: " ").last?.split(separator: ".").compactMap { Int($0) } ?? []
        let isNewEnough = numbers.count >= 2 && (numbers[0], numbers[1]) >= Self.gitVersionMin
        let wanted = isNewEnough ? "" : ", 2.38 or newer is needed"
        return Finding(grade: isNewEnough ? .good : .bad, subject: "git", text: text + wanted)
    }

    private func keeper() -> Finding {
        let path = Companions.path(of: "roost-keeper")
        let isThere = FileManager.default.isExecutableFile(atPath: path)
        return Finding(
            grade: isThere ? .good : .bad, subject: "roost-keeper", text: isThere ? path : "missing: \(path)")
    }

    /// A program inside one tells the version, so that it is known to work and not only to be there.
    private func sandbox() async -> Finding {
        let probe = [
            "bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--unshare-net",
        ]
        guard let text = await Probe.firstLine(of: probe + ["bwrap", "--version"], environment: environment) else {
            return Finding(
                grade: .note, subject: "sandbox",
                text: "bubblewrap is not installed, or not allowed to make namespaces; runs cannot have one")
        }
        return Finding(grade: .good, subject: "sandbox", text: text)
    }

    private func folder() -> Finding {
        let path = settings.dataFolder
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding(grade: .good, subject: "data folder", text: "\(path) will be made")
        }
        do {
            let folder = try DataFolder(at: path)
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int ?? 0
            guard mode & 0o077 == 0 else {
                return Finding(
                    grade: .bad, subject: "data folder",
                    text: "\(path) can be read by others (mode \(String(mode, radix: 8))); chmod 700 it")
            }
            return Finding(grade: .good, subject: "data folder", text: path)
        } catch {
            return Finding(grade: .bad, subject: "data folder", text: "\(error)")
        }
    }

    private func disk() -> Finding {
        var place = URL(fileURLWithPath: settings.dataFolder)
        while place.path != "/", !FileManager.default.fileExists(atPath: place.path) { place.deleteLastPathComponent() }
        let values = try? FileManager.default.attributesOfFileSystem(forPath: place.path)
        guard let free = (values?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return Finding(grade: .note, subject: "disk", text: "free space is unknown")
        }
        let text = "\(free >> 20) MiB free"
        return free >= Self.freeBytesMin
            ? Finding(grade: .good, subject: "disk", text: text)
            : Finding(grade: .bad, subject: "disk", text: "\(text), at least \(Self.freeBytesMin >> 20) MiB are needed")
    }

    private func descriptors() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let isEnough = limit.rlim_cur >= UInt(Self.descriptorsMin)
        return Finding(
            grade: isEnough ? .good : .bad, subject: "open files",
            text: "\(limit.rlim_cur) at most" + (isEnough ? "" : ", \(Self.descriptorsMin) are needed (ulimit -n)"))
    }

    private func port(_ place: Listener.Place) -> Finding {
        guard case .tcp(let host, let port) = place else {
            return Finding(grade: .good, subject: "socket", text: "\(place)")
        }
        switch Probe.port(host: host, port: Int(port)) {
        case .free: return Finding(grade: .good, subject: "port", text: "\(place) is free")
        case .taken: return Finding(grade: .note, subject: "port", text: "\(place) is taken (by a running hub?)")
        case .refused(let why): return Finding(grade: .bad, subject: "port", text: "\(place): \(why)")
        }
    }

    private func agent(_ program: any AgentProgram) async -> Finding {
        let name = program.provider.rawValue
        guard let executable = program.executable else {
            return Finding(grade: .good, subject: name, text: "any program that a run names")
        }
        guard let path = Composition.catalog(settings).locate(executable, environment: environment) else {
            return Finding(grade: .note, subject: name, text: "\(executable) is not installed; it will not be offered")
        }
        guard let arguments = program.versionArguments else { return Finding(grade: .good, subject: name, text: path) }
        let version = await Probe.firstLine(of: [path] + arguments, environment: environment)
        return Finding(
            grade: version == nil ? .note : .good, subject: name,
            text: "\(version ?? "does not tell its version") (\(path))")
    }
}
