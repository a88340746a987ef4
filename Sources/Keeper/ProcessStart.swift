import CKeeper
import Glibc

/// Starts programs with exactly what they are given: no variable, descriptor, signal mask or handler is inherited. Each
/// leads a session, and with it a process group, of its own.
package struct ProcessStart: Sendable {
    /// A path: nothing is searched for.
    package var program: String
    package var arguments: [String]
    package var environment: [String: String]

    package init(program: String, arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// - Parameters:
    ///   - standard: what becomes stdin, stdout and stderr.
    ///   - directory: the working directory; nil for ours.
    /// - Returns: the process's number. The caller reaps it.
    package func callAsFunction(
        standard: (Descriptor, Descriptor, Descriptor), directory: Descriptor? = nil
    ) throws -> Int32 {
        try start([standard.0.number, standard.1.number, standard.2.number], nil, directory)
    }

    /// The same with a terminal for all three.
    package func callAsFunction(on terminal: Terminal, directory: Descriptor? = nil) throws -> Int32 {
        try start([-1, -1, -1], terminal.path, directory)
    }

    private func start(_ standard: [Int32], _ terminal: String?, _ directory: Descriptor?) throws -> Int32 {
        let arguments = CStrings(arguments)
        let environment = CStrings(environment.map { "\($0.key)=\($0.value)" })
        var pid: Int32 = 0
        let error = unsafe ckeeper_spawn(
            &pid, program, arguments.pointers, environment.pointers, standard, terminal, directory?.number ?? -1)
        withExtendedLifetime((arguments, environment)) {}
        guard error == 0 else { throw SystemError("start program", number: error) }
        return pid
    }
}
