import Agents
import Glibc
import Journal
import Keeper
import Logging
import Model

extension Run {
    var isolationKind: Isolation.Kind { isolation?.kind ?? .worktree }

    /// Where its processes work; nil before there is a worktree.
    func workingDirectory(in project: Project) -> String? {
        isolationKind == .host ? project.path : worktreePath
    }
}

extension RunContext {
    private var programs: IsolationPrograms {
        IsolationPrograms(catalog: catalog, environment: settings.environment)
    }

    /// A command as it is to be started: behind whatever keeps it apart.
    /// - Throws: `HubError` `.isolationUnavailable`.
    func isolated(
        _ launch: LaunchSpecification, of process: ChildProcess.ID, in run: Run, readable: [String] = []
    ) throws -> LaunchSpecification {
        guard let isolation = run.isolation, let worktree = run.worktreePath else { return launch }
        let place = IsolationPlace(
            worktree: worktree, directory: launch.workingDirectory, gitFolder: IsolationPlace.gitFolder(of: worktree),
            dataFolder: settings.dataFolder,
            home: settings.environment["HOME"], readable: readable)
        var launch = launch
        switch isolation.kind {
        case .worktree, .host: break
        case .sandbox:
            let command = SandboxCommand(place: place, hasNetwork: isolation.hasNetwork)
            launch.arguments = [try programs.locate(SandboxCommand.program)] + command.arguments(for: launch.arguments)
        case .docker:
            let command = DockerCommand(
                place: place, hasNetwork: isolation.hasNetwork, image: isolation.image ?? "",
                name: DockerCommand.name(of: process.rawValue))
            launch.arguments =
                [try programs.locate(DockerCommand.program)]
                + command.arguments(for: launch.arguments, variables: launch.environment.keys)
            // The client finds its own configuration by these.
            for name in ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT"] {
                launch.environment[name] = settings.environment[name] ?? launch.environment[name]
            }
        }
        return launch
    }

    /// A container outlives a client that was killed.
    func removeContainer(of process: ChildProcess.ID) async throws {
        try await docker(process, "A container was kept", unless: ["No such container"]) {
            DockerCommand.removal(of: $0)
        }
    }

    /// What is in a container is no child of its client, which alone a signal reaches.
    func freezeContainer(_ isToFreeze: Bool, of process: ChildProcess.ID) async throws {
        try await docker(
            process, "A container does not stand still, or not go on",
            unless: isToFreeze ? ["is already paused"] : ["is not paused", "No such container"]
        ) { DockerCommand.freezing(isToFreeze, $0) }
    }

    /// Does something to the container of a process, where it is in one; what goes wrong is logged.
    private func docker(
        _ process: ChildProcess.ID, _ failure: Logger.Message, unless harmless: [String],
        _ arguments: (String) -> [String]
    ) async throws {
        let run = try await journal.read { try $0.required($0.required(process).runId) }
        guard run.isolationKind == .docker else { return }
        do {
            let output = try await Helper.run(
                [try programs.locate(DockerCommand.program)] + arguments(DockerCommand.name(of: process.rawValue)),
                environment: settings.environment)
            guard output.status != 0, !harmless.contains(where: output.text.contains) else { return }
            log.warning(failure, metadata: ["process": "\(process)", "docker": "\(output.text)"])
        } catch {
            log.warning(failure, metadata: ["process": "\(process)", "error": "\(error)"])
        }
    }
}
