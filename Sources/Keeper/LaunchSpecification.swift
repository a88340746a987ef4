/// What a keeper starts: the file `launch`.
package struct LaunchSpecification: Sendable, Equatable {
    /// 2 MiB: what Linux takes as arguments and environment together under its usual stack limit of 8 MiB (execve(2)).
    package static let byteCountMax = 2 << 20

    /// The argument vector. The first is the program: a path if it holds a slash (relative to `workingDirectory`), else
    /// a name to be found along the PATH of `environment`.
    package var arguments: [String]
    /// The whole environment: nothing is inherited.
    package var environment: [String: String]
    package var workingDirectory: String
    /// How much stdout and stderr may hold together before the program is stopped; nil for no limit.
    package var outputByteCountMax: UInt64?
    /// How long the program may run before it is stopped; nil for no limit.
    package var wallMsMax: UInt64?
    /// With a size, the program gets a pseudo-terminal instead of pipes, and all that it says is on stdout.
    package var terminal: TerminalSize?
    /// Texts that are not to be found in the spools: each is replaced there by `Redaction.mark`.
    package var secrets: [String]

    package init(
        arguments: [String], environment: [String: String], workingDirectory: String,
        outputByteCountMax: UInt64? = nil, wallMsMax: UInt64? = nil, terminal: TerminalSize? = nil,
        secrets: [String] = []
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.outputByteCountMax = outputByteCountMax
        self.wallMsMax = wallMsMax
        self.terminal = terminal
        self.secrets = secrets
    }

    /// - Throws: `LaunchRefused` for what no program could be started with.
    package func encoded() throws -> [UInt8] {
        guard let program = arguments.first, !program.isEmpty else { throw LaunchRefused.noProgram }
        let texts = arguments + environment.flatMap { [$0.key, $0.value] } + [workingDirectory]
        guard !texts.contains(where: { $0.utf8.contains(0) }) else { throw LaunchRefused.holdsZeroByte }
        guard environment.keys.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "=")) }) else {
            throw LaunchRefused.badVariableName
        }
        var fields = FieldWriter()
        fields.texts(arguments)
        fields.texts(environment.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        fields.text(workingDirectory)
        fields.optional(outputByteCountMax)
        fields.optional(wallMsMax)
        fields.flag(terminal != nil)
        terminal?.write(to: &fields)
        fields.texts(secrets)
        guard fields.bytes.count <= Self.byteCountMax else {
            throw LaunchRefused.tooLong(byteCount: fields.bytes.count, byteCountMax: Self.byteCountMax)
        }
        return fields.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var fields = try FieldReader(bytes)
        arguments = try fields.texts()
        let pairs = try fields.texts()
        workingDirectory = try fields.text()
        outputByteCountMax = try fields.optional()
        wallMsMax = try fields.optional()
        terminal = try fields.flag() ? try TerminalSize(from: &fields) : nil
        secrets = try fields.texts()
        try fields.finish()
        guard !arguments.isEmpty, pairs.count.isMultiple(of: 2) else { throw MalformedRecord.badValue }
        environment = [:]
        for index in stride(from: 0, to: pairs.count, by: 2) { environment[pairs[index]] = pairs[index + 1] }
    }
}
