/// What opens a host's repositories over https. It is in the environment of one process, and on no command line.
package struct HostToken: Sendable, Equatable {
    package static let gitHub = "github.com"

    let host: String
    let value: String

    package init(_ value: String, for host: String = gitHub) {
        self.value = value
        self.host = host
    }

    private static let variable = "ROOST_GIT_TOKEN"

    /// git asks it for this host's user and password; any user does, with a token for a password.
    /// (https://docs.github.com/en/authentication, “Using a personal access token on the command line”)
    func open(_ command: inout GitCommand) {
        command.environment[Self.variable] = value
        command.configuration["credential.https://\(host).helper"] =
            "!f() { test \"$1\" = get && echo username=x-access-token && echo \"password=$\(Self.variable)\"; }; f"
    }

    /// What a program says, without the token.
    package func redact(_ text: String) -> String {
        value.isEmpty ? text : text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "•••")
    }
}
