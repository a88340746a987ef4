import Testing

@testable import Engine

@Suite("Small programs that answer at once") struct HelperTests {
    @Test("one that does not answer is killed, and the text says so; another's words and status are its answer")
    func answers() async throws {
        let silent = try await Helper.run(
            ["/bin/sleep", "1000"], environment: ["PATH": "/usr/bin:/bin"], within: .milliseconds(50))
        #expect(silent.status == 128 + 9 && silent.text.contains("/bin/sleep did not answer within 0.05 seconds"))
        let brief = try await Helper.run(["/bin/sh", "-c", "echo yes; exit 3"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(brief.status == 3 && brief.text == "yes")
    }
}
