extension ExitRecord {
    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        switch ending {
        case .exited(let code):
            fields.number(0)
            fields.signed(code)
        case .signalled(let signal):
            fields.number(1)
            fields.signed(signal)
        case .notStarted(let errno, let detail):
            fields.number(2)
            fields.signed(errno)
            fields.text(detail)
        }
        Self.write(stopped, to: &fields)
        for value in [userMs, systemMs, residentByteCountMax, wallMs, spools.stdout, spools.stderr] {
            fields.number(value)
        }
        // Only where it is so: a record of an older keeper ends here.
        if hasSurvivors { fields.flag(true) }
        return fields.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var fields = try FieldReader(bytes)
        switch try fields.number() {
        case 0: ending = .exited(code: try fields.signed())
        case 1: ending = .signalled(signal: try fields.signed())
        case 2: ending = .notStarted(errno: try fields.signed(), detail: try fields.text())
        case let kind: throw MalformedRecord.unknownKind(kind)
        }
        stopped = try Self.cause(from: &fields)
        userMs = try fields.number()
        systemMs = try fields.number()
        residentByteCountMax = try fields.number()
        wallMs = try fields.number()
        spools = SpoolSizes(stdout: try fields.number(), stderr: try fields.number())
        hasSurvivors = fields.isAtEnd ? false : try fields.flag()
        try fields.finish()
    }

    private static func write(_ cause: Cause?, to fields: inout FieldWriter) {
        switch cause {
        case nil: fields.number(0)
        case .request: fields.number(1)
        case .outputLimit: fields.number(2)
        case .timeLimit: fields.number(3)
        case .diskFull(let errno):
            fields.number(4)
            fields.signed(errno)
        }
    }

    private static func cause(from fields: inout FieldReader) throws -> Cause? {
        switch try fields.number() {
        case 0: nil
        case 1: .request
        case 2: .outputLimit
        case 3: .timeLimit
        case 4: .diskFull(errno: try fields.signed())
        case let kind: throw MalformedRecord.unknownKind(kind)
        }
    }
}
