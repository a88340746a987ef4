import Glibc
import Keeper

/// The process that is kept, and our ends of its pipes or of its terminal.
final class Child {
    let pid: Int32
    /// stdin; nil once it is closed.
    var input: Descriptor?
    /// Its outputs, as far as somebody still holds them.
    var streams: [SpoolStream: Descriptor]
    /// nil for one that has pipes.
    let terminal: Terminal?

    /// - Throws: `ChildNotStarted`.
    static func start(_ specification: LaunchSpecification) throws -> Child {
        do {
            guard let size = specification.terminal else { return try Child(withPipes: specification) }
            return try Child(specification, on: Terminal(size))
        } catch let error as SystemError {
            throw ChildNotStarted(cause: error)
        }
    }

    private init(withPipes specification: LaunchSpecification) throws {
        let directory = try Self.workingDirectory(specification.workingDirectory)
        let input = try Descriptor.pipe()
        let output = try Descriptor.pipe()
        let errors = try Descriptor.pipe()
        for ours in [input.writing, output.reading, errors.reading] { try ours.makeNonBlocking() }
        pid = try Self.start(specification) { start in
            try start(standard: (input.reading, output.writing, errors.writing), directory: directory)
        }
        self.input = input.writing
        streams = [.stdout: output.reading, .stderr: errors.reading]
        terminal = nil
    }

    private init(_ specification: LaunchSpecification, on terminal: Terminal) throws {
        let directory = try Self.workingDirectory(specification.workingDirectory)
        pid = try Self.start(specification) { start in try start(on: terminal, directory: directory) }
        terminal.handedOver()
        input = terminal.descriptor
        streams = [.stdout: terminal.descriptor]
        self.terminal = terminal
    }

    private static func workingDirectory(_ path: String) throws -> Descriptor {
        let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("enter working directory") }
        return Descriptor(owning: number)
    }

    private static func start(
        _ specification: LaunchSpecification, by begin: (ProcessStart) throws -> Int32
    ) throws -> Int32 {
        var failure = SystemError("start program", number: ENOENT)
        for program in candidates(for: specification) {
            do {
                return try begin(
                    ProcessStart(
                        program: program, arguments: specification.arguments, environment: specification.environment))
            } catch let error as SystemError {
                guard [ENOENT, ENOTDIR, EACCES].contains(error.number) else { throw error }
                // As a shell says it: one that may not be run tells more than the next one that is not there.
                if error.number == EACCES { failure = error }
            }
        }
        throw failure
    }

    private static func candidates(for specification: LaunchSpecification) -> [String] {
        let program = specification.arguments[0]
        if program.contains("/") { return [program] }
        let path = specification.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
    }
}
