import Agents
import Model

/// The programs that keep runs apart, as far as this machine has them.
struct IsolationPrograms {
    let catalog: AgentCatalog
    let environment: [String: String]

    func locate(_ program: String) throws -> String {
        guard let path = catalog.locate(program, environment: environment) else {
            throw HubError(
                .isolationUnavailable, "\(program) is not installed (see `roost doctor`)",
                members: ["program": .string(program)])
        }
        return path
    }

    /// What is wrong with how a run is to be kept apart, before it is made.
    func check(_ isolation: Isolation, policy: Policy) async throws {
        switch isolation.kind {
        case .worktree: break
        case .host:
            guard policy.allowHost == true else {
                throw HubError(
                    .deniedByPolicy, "the project's policy does not allow runs in its own folder (allowHost)",
                    members: ["rule": "allowHost"])
            }
        case .docker:
            guard let image = isolation.image, !image.isEmpty, !image.hasPrefix("-") else {
                throw HubError.invalid("/isolation/image", "is required for `docker`, and begins with no dash")
            }
            _ = try locate(DockerCommand.program)
        case .sandbox:
            let probe =
                ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid"]
                + (isolation.hasNetwork ? [] : ["--unshare-net"]) + ["true"]
            let output = try await Helper.run(
                [try locate(SandboxCommand.program)] + probe, environment: environment)
            guard output.status == 0 else {
                throw HubError(
                    .isolationUnavailable, "this machine does not allow a sandbox: \(output.text)",
                    members: ["program": .string(SandboxCommand.program)])
            }
        }
        guard isolation.kind == .docker || isolation.image == nil else {
            throw HubError.invalid("/isolation/image", "is for `docker`")
        }
    }
}
