import Foundation
import Keeper
import Testing

@Suite("Who a process is")
struct ProcessIdentityTests {
    @Test("the same process is the same, and alive")
    func myself() throws {
        let me = try #require(try ProcessIdentity(pid: getpid()))
        #expect(try ProcessIdentity(pid: getpid()) == me)
        #expect(try me.isAlive())
        #expect(try ProcessStatus(pid: getpid())?.parent == getppid())
    }

    @Test("a name may hold anything")
    func name() throws {
        let folder = try TemporaryFolder()
        let program = folder.path + "/) Z 1 (x"
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: "/bin/sleep")
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let start = ProcessStart(
            program: program, arguments: ["sleep", "1000"], environment: [:])
        let pid = try start(standard: (null, null, null))
        let identity = try #require(try ProcessIdentity(pid: pid))
        #expect(try ProcessStatus(pid: pid)?.parent == getpid())
        #expect(try identity.signalGroup(SIGKILL))
        // A zombie, until it is reaped, is not alive; and then there is nobody.
        var information = siginfo_t()
        waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT)
        #expect(try ProcessStatus(pid: pid)?.hasEnded == true)
        #expect(try !identity.isAlive())
        waitpid(pid, nil, 0)
        #expect(try ProcessStatus(pid: pid) == nil)
        #expect(try identity.signalGroup(SIGKILL) == false)
    }

    @Test("a program that cannot be started says why")
    func notStarted() throws {
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let start = ProcessStart(program: "/no/such", arguments: ["x"], environment: [:])
        #expect(throws: SystemError("start program", number: ENOENT)) { try start(standard: (null, null, null)) }
    }
}
