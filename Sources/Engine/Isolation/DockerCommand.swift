import Glibc

/// The command lines of docker for a program in a container that has its worktree.
struct DockerCommand {
    static let program = "docker"

    let place: IsolationPlace
    let hasNetwork: Bool
    let image: String
    /// Of the container, by which it is removed: its client's death does not end it.
    let name: String

    /// - Parameter variables: their values come from the client's own environment, so that they stand in no command line.
    func arguments(for argv: [String], variables: some Sequence<String>) -> [String] {
        var arguments = ["run", "--rm", "--interactive", "--init", "--name", name]
        arguments += ["--user", "\(getuid()):\(getgid())", "--network", hasNetwork ? "bridge" : "none"]
        arguments += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        arguments += ["--volume", "\(place.worktree):\(place.worktree)"]
        // `.git` says where the repository is: what is in there must not lead the next container to another place.
        for path in [place.worktree + "/.git", place.gitFolder].compactMap(\.self) + place.readable {
            arguments += ["--volume", "\(path):\(path):ro"]
        }
        for variable in variables.sorted() where variable != "PATH" && variable != "HOME" {
            arguments += ["--env", variable]
        }
        return arguments + ["--workdir", place.directory, image] + argv
    }

    static func freezing(_ isToFreeze: Bool, _ name: String) -> [String] { [isToFreeze ? "pause" : "unpause", name] }
    static func removal(of name: String) -> [String] { ["rm", "--force", name] }
    static func name(of process: String) -> String { "roost-" + process.lowercased() }
}
