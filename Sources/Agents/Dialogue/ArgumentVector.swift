import Model

/// A command line that a person gave, which is started as it is.
package enum ArgumentVector {
    /// 128 KiB with its NUL: Linux starts no program with a longer argument (MAX_ARG_STRLEN, execve(2)).
    package static let argumentBytesMax = (128 << 10) - 1
    /// 1 MiB: half of what Linux gives arguments and environment with the usual 8 MiB stack (a quarter of it, execve(2)).
    package static let argumentsBytesMax = 1 << 20

    static func errors(in argv: [String]) -> [FieldError] {
        let pointer = "/options/argv"
        guard let program = argv.first else { return [FieldError(pointer: pointer, message: "is required")] }
        var errors: [FieldError] = []
        if program.isEmpty { errors.append(FieldError(pointer: pointer + "/0", message: "must name a program")) }
        if argv.count > Limits.argumentsMax {
            let message = "has \(argv.count) arguments, at most \(Limits.argumentsMax) are allowed"
            errors.append(FieldError(pointer: pointer, message: message))
        }
        for (index, argument) in argv.prefix(Limits.argumentsMax).enumerated() {
            if argument.utf8.count > argumentBytesMax {
                let message = "is longer than \(argumentBytesMax) bytes"
                errors.append(FieldError(pointer: "\(pointer)/\(index)", message: message))
            }
            if argument.utf8.contains(0) {
                errors.append(FieldError(pointer: "\(pointer)/\(index)", message: "must not contain NUL"))
            }
        }
        if argv.reduce(0, { $0 + $1.utf8.count + 1 }) > argumentsBytesMax {
            errors.append(FieldError(pointer: pointer, message: "is longer than \(argumentsBytesMax) bytes in all"))
        }
        return errors
    }
}
