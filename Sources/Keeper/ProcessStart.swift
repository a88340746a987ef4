import CKeeper
import Glibc

/// Starts programs with exactly what they are given: no variable, descriptor, signal mask or handler is inherited.
package struct ProcessStart: Sendable {
    package enum Standing: Sendable {
        case leadsGroup
        case leadsSession
    }

    /// A path: nothing is searched for.
    package var program: String
    package var arguments: [String]
    package var environment: [String: String]
    package var standing: Standing

    package init(program: String, arguments: [String], environment: [String: String], standing: Standing) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.standing = standing
    }

    /// - Parameters:
    ///   - standard: what becomes stdin, stdout and stderr.
    ///   - directory: the working directory; nil for ours.
    /// - Returns: the process's number. The caller reaps it.
    package func callAsFunction(
        standard: (Descriptor, Descriptor, Descriptor), directory: Descriptor? = nil
    ) throws -> Int32 {
        let arguments = CStrings(arguments)
        let environment = CStrings(environment.map { "\($0.key)=\($0.value)" })
        var pid: Int32 = 0
        let leads =
            switch standing {
            case .leadsGroup: CKEEPER_LEADS_GROUP
            case .leadsSession: CKEEPER_LEADS_SESSION
            }
        let error = unsafe ckeeper_spawn(
            &pid, program, arguments.pointers, environment.pointers,
            [standard.0.number, standard.1.number, standard.2.number], directory?.number ?? -1, Int32(leads))
        withExtendedLifetime((arguments, environment)) {}
        guard error == 0 else { throw SystemError("start program", number: error) }
        return pid
    }
}
