import Keeper
import Testing

@Suite("The launch specification")
struct LaunchSpecificationTests {
    static let plain = LaunchSpecification(
        arguments: ["agent", "--prompt", "zwei Wörter\nund eine Zeile", ""],
        environment: ["PATH": "/usr/bin", "EMPTY": "", "EQUALS": "a=b"], workingDirectory: "/tmp")
    static let limited = LaunchSpecification(
        arguments: ["/bin/true"], environment: [:], workingDirectory: ".", outputByteCountMax: 0, wallMsMax: .max,
        terminal: TerminalSize(columns: .max, rows: 0), secrets: ["", "zwei\n\0"])

    @Test("is read as it was written", arguments: [plain, limited])
    func roundTrip(specification: LaunchSpecification) throws {
        #expect(try LaunchSpecification(decoding: specification.encoded()) == specification)
    }

    @Test("cut short, extended or of another version it is refused", arguments: [plain, limited])
    func damaged(specification: LaunchSpecification) throws {
        let bytes = try specification.encoded()
        for count in 0..<bytes.count {
            #expect(throws: MalformedRecord.self) { try LaunchSpecification(decoding: Array(bytes[..<count])) }
        }
        #expect(throws: MalformedRecord.leftOver) { try LaunchSpecification(decoding: bytes + [0]) }
        #expect(throws: MalformedRecord.unknownVersion(9)) {
            try LaunchSpecification(decoding: [9] + bytes.dropFirst())
        }
    }

    @Test("what no program can be started with is refused")
    func refused() {
        func refusal(_ change: (inout LaunchSpecification) -> Void) -> LaunchRefused? {
            var specification = Self.plain
            change(&specification)
            return #expect(throws: LaunchRefused.self) { try specification.encoded() }
        }
        #expect(refusal { $0.arguments = [] } == .noProgram)
        #expect(refusal { $0.arguments = ["", "a"] } == .noProgram)
        #expect(refusal { $0.arguments.append("a\0b") } == .holdsZeroByte)
        #expect(refusal { $0.environment["A"] = "\0" } == .holdsZeroByte)
        #expect(refusal { $0.workingDirectory = "/\0" } == .holdsZeroByte)
        #expect(refusal { $0.environment["A=B"] = "" } == .badVariableName)
        #expect(refusal { $0.environment[""] = "" } == .badVariableName)
        let refused = refusal {
            $0.arguments.append(String(repeating: "x", count: LaunchSpecification.byteCountMax))
        }
        guard case .tooLong(_, LaunchSpecification.byteCountMax) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
    }
}
