import Model

/// Servers of tools, in each agent's spelling.
struct MCPServers {
    private let servers: [String: MCPServer]

    init(_ servers: [String: MCPServer]) { self.servers = servers }

    private var inOrder: [(name: String, server: MCPServer)] {
        servers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// `{"mcpServers": {…}}`: Claude Code's `--mcp-config`.
    var forClaudeCode: String {
        Self.text(["mcpServers": .object(servers.mapValues { $0.entry(typeOfURL: "http", typeOfProgram: nil) })])
    }

    /// The same without the member around it: Amp's.
    var byName: String {
        Self.text(.object(servers.mapValues { $0.entry(typeOfURL: nil, typeOfProgram: nil) }))
    }

    /// Copilot wants to be told which tools.
    var forCopilot: String {
        let entries = servers.mapValues { server -> JSONValue in
            guard case .object(var members) = server.entry(typeOfURL: "http", typeOfProgram: "local") else {
                return [:]
            }
            members["tools"] = ["*"]
            return .object(members)
        }
        return Self.text(["mcpServers": .object(entries)])
    }

    /// `-c mcp_servers.NAME.…=…` of Codex, whose values are TOML; JSON's texts and arrays of texts are that too.
    var forCodex: [String] {
        inOrder.flatMap { name, server in
            var settings: [String] = []
            let key = "mcp_servers.\(name)"
            if let argv = server.argv, let program = argv.first {
                settings.append("\(key).command=\(Self.text(.string(program)))")
                settings.append("\(key).args=\(Self.text(.array(argv.dropFirst().map(JSONValue.string))))")
                for (variable, value) in (server.environment ?? [:]).sorted(by: { $0.key < $1.key }) {
                    settings.append("\(key).env.\(variable)=\(Self.text(.string(value)))")
                }
            } else if let url = server.url {
                settings.append("\(key).url=\(Self.text(.string(url)))")
                for (field, value) in (server.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
                    settings.append("\(key).http_headers.\(field)=\(Self.text(.string(value)))")
                }
            }
            return settings.flatMap { ["-c", $0] }
        }
    }

    /// Gemini's and Qwen's, in a file that a variable names.
    func asDefaults(_ variable: String, _ start: TurnStart) -> (
        environment: [String: String], files: [String: [UInt8]]
    ) {
        guard !servers.isEmpty, let folder = start.workingDirectory else { return ([:], [:]) }
        let entries = servers.mapValues { server -> JSONValue in
            guard case .object(var members) = server.entry(typeOfURL: nil, typeOfProgram: nil) else { return [:] }
            members["httpUrl"] = members.removeValue(forKey: "url")
            return .object(members)
        }
        let name = "mcp-servers.json"
        return (
            [variable: "\(folder)/\(AgentLaunch.filesFolder)/\(name)"],
            [name: JSONLine.write(["mcpServers": .object(entries)])]
        )
    }

    var forOpenCode: String {
        let entries = servers.mapValues { server -> JSONValue in
            var members: [String: JSONValue] = ["enabled": true]
            if let argv = server.argv {
                members["type"] = "local"
                members["command"] = .array(argv.map(JSONValue.string))
                members["environment"] = server.environment.map { .object($0.mapValues(JSONValue.string)) }
            } else if let url = server.url {
                members["type"] = "remote"
                members["url"] = .string(url)
                members["headers"] = server.headers.map { .object($0.mapValues(JSONValue.string)) }
            }
            return .object(members)
        }
        return Self.text(["mcp": .object(entries)])
    }

    /// The `mcpServers` of ACP's session/new; those that are reached by HTTP only where the agent can.
    func forACP(http: Bool) -> JSONValue {
        .array(
            inOrder.compactMap { name, server in
                if let argv = server.argv, let program = argv.first {
                    return [
                        "name": .string(name), "command": .string(program),
                        "args": .array(argv.dropFirst().map(JSONValue.string)),
                        "env": Self.pairs(server.environment),
                    ]
                }
                guard http, let url = server.url else { return nil }
                return [
                    "type": "http", "name": .string(name), "url": .string(url), "headers": Self.pairs(server.headers),
                ]
            })
    }

    private static func pairs(_ values: [String: String]?) -> JSONValue {
        .array(
            (values ?? [:]).sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] })
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: JSONLine.write(value).dropLast(), as: UTF8.self)
    }
}

extension MCPServer {
    fileprivate func entry(typeOfURL: String?, typeOfProgram: String?) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if let argv, let program = argv.first {
            members["command"] = .string(program)
            members["args"] = .array(argv.dropFirst().map(JSONValue.string))
            members["env"] = environment.map { .object($0.mapValues(JSONValue.string)) }
            members["type"] = typeOfProgram.map(JSONValue.string)
        } else if let url {
            members["url"] = .string(url)
            members["headers"] = headers.map { .object($0.mapValues(JSONValue.string)) }
            members["type"] = typeOfURL.map(JSONValue.string)
        }
        return .object(members)
    }
}

extension RunOptions {
    /// A server is a program or an address, and its name can stand in any agent's settings.
    func mcpServersErrors() -> [FieldError] {
        (mcpServers ?? [:]).sorted { $0.key < $1.key }.flatMap { name, server -> [FieldError] in
            let pointer = "/options/mcpServers/\(name)"
            var errors: [FieldError] = []
            let isPlain = name.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45
            }
            if name.isEmpty || !isPlain {
                errors.append(FieldError(pointer: pointer, message: "must have a name of letters, digits, - and _"))
            }
            if (server.argv?.isEmpty ?? true) == (server.url == nil) {
                errors.append(FieldError(pointer: pointer, message: "must have either argv or url"))
            }
            return errors
        } + tooManyServers
    }

    private var tooManyServers: [FieldError] {
        guard (mcpServers?.count ?? 0) > Limits.mcpServersMax else { return [] }
        return [
            FieldError(
                pointer: "/options/mcpServers", message: "has more than \(Limits.mcpServersMax) (mcpServersMax)")
        ]
    }

    /// What no program can be started with.
    func argumentsErrors() -> [FieldError] {
        (arguments ?? []).enumerated().compactMap { index, argument in
            guard argument.utf8.contains(0) || argument.utf8.count > ArgumentVector.argumentBytesMax else { return nil }
            return FieldError(
                pointer: "/options/arguments/\(index)",
                message: "must be an argument: no NUL, at most \(ArgumentVector.argumentBytesMax) bytes")
        }
    }
}
