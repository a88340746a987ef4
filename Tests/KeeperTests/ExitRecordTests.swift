import Keeper
import Testing

@Suite("The exit record")
struct ExitRecordTests {
    static let endings: [ExitRecord.Ending] = [
        .exited(code: 0), .exited(code: 255), .signalled(signal: 9),
        .notStarted(errno: 2, detail: "start program: No such file or directory"),
    ]
    static let causes: [ExitRecord.Cause?] = [nil, .request, .outputLimit, .timeLimit, .diskFull(errno: 28)]

    @Test("is read as it was written, and fits its limit", arguments: endings, causes)
    func roundTrip(ending: ExitRecord.Ending, cause: ExitRecord.Cause?) throws {
        let record = ExitRecord(
            ending: ending, stopped: cause, userMs: 1, systemMs: 2, residentByteCountMax: 3, wallMs: .max,
            spools: SpoolSizes(stdout: 5, stderr: 6))
        let bytes = record.encoded()
        #expect(bytes.count <= ExitRecord.byteCountMax)
        #expect(try ExitRecord(decoding: bytes) == record)
        for count in 0..<bytes.count {
            #expect(throws: MalformedRecord.self) { try ExitRecord(decoding: Array(bytes[..<count])) }
        }
    }
}
