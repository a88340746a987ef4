import Foundation

/// The command line of bubblewrap (bwrap(1)) for a program that may write its worktree and nothing else.
///
/// Everything is there to be read, but for the hub's own data, /tmp, /run and what is known to hold secrets. Its `.git` and the
/// repository stay as they are: whoever could write there would have the hub, or its user, run what he likes. So
/// an agent cannot commit there itself; the hub does when it has ended.
struct SandboxCommand {
    static let program = "bwrap"
    /// Below the home folder; where they are.
    static let hidden = [
        ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".netrc", ".git-credentials", ".npmrc", ".pypirc",
        ".password-store", ".config/gcloud", ".config/gh", ".config/git/credentials", ".mozilla",
        ".config/google-chrome", ".config/chromium", ".local/share/keyrings", ".bash_history", ".zsh_history",
    ]
    /// Where agents keep their sessions and how they log in: without these none of them works.
    static let writable = [
        ".claude", ".claude.json", ".codex", ".gemini", ".qwen", ".cursor", ".copilot", ".config/opencode",
        ".local/share/opencode", ".local/state/opencode", ".config/goose", ".local/share/goose",
    ]

    let place: IsolationPlace
    let hasNetwork: Bool
    /// - Returns: nil where there is nothing, else whether it is a folder.
    var kind: (String) -> Bool? = SandboxCommand.kindOnDisk

    /// Each rule covers what an earlier one said of the same place.
    func arguments(for argv: [String]) -> [String] {
        var arguments = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        if !hasNetwork { arguments.append("--unshare-net") }
        arguments += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run"]
        // Where the resolver's own files are, names are found by them.
        if hasNetwork { arguments += ["--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"] }
        if let home = place.home {
            for name in Self.hidden { arguments += hide(home + "/" + name) }
            for name in Self.writable where kind(home + "/" + name) != nil {
                arguments += ["--bind", home + "/" + name, home + "/" + name]
            }
        }
        arguments += ["--tmpfs", place.dataFolder]
        if let git = place.gitFolder { arguments += ["--ro-bind", git, git] }
        arguments += ["--bind", place.worktree, place.worktree]
        arguments += ["--ro-bind-try", place.worktree + "/.git", place.worktree + "/.git"]
        for path in place.readable { arguments += ["--ro-bind", path, path] }
        return arguments + ["--chdir", place.directory, "--"] + argv
    }

    private func hide(_ path: String) -> [String] {
        switch kind(path) {
        case nil: []
        case true?: ["--tmpfs", path]
        case false?: ["--ro-bind", "/dev/null", path]
        }
    }

    static func kindOnDisk(_ path: String) -> Bool? {
        var isFolder = ObjCBool(false)
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
    }
}
