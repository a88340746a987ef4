import Engine
import Foundation
import Keeper
import Testing

@Suite("A kept process and its secrets")
struct KeeperSecretTests {
    private func start(_ script: String, secrets: [String]) async throws -> KeptProcess {
        let process = try KeptProcess()
        let environment = ["PATH": "/usr/bin:/bin", "TOKEN": secrets[0]]
        try await process.launch(
            LaunchSpecification(
                arguments: ["sh", "-c", script], environment: environment, workingDirectory: "/", secrets: secrets))
        return process
    }

    @Test("what it prints of them is nowhere in its folder, also when it is printed in two pieces")
    func printed() async throws {
        let secret = "s3cr3t-of-guard-tests"
        let script = """
            echo "one $TOKEN two"; echo "$TOKEN" >&2
            printf '%s' "${TOKEN%sts}"; sleep 0.2; echo sts end; printf 's3cr3t-of'
            """
        let process = try await start(script, secrets: [secret])
        let exit = try await process.exit()
        #expect(exit.ending == .exited(code: 0))
        #expect(try process.text() == "one *** two\n*** end\ns3cr3t-of")
        #expect(try process.text(.stderr) == "***\n")
        #expect(exit.spools == SpoolSizes(stdout: UInt64(try process.output().count), stderr: 4))
        // Its socket may be there for a moment longer; that holds nothing.
        for name in try FileManager.default.contentsOfDirectory(atPath: process.folder.path) where name != "control" {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: process.folder.path + "/" + name))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }
}
