import Glibc
import Keeper
import Testing

@Suite("Who descends from whom")
struct ProcessTableTests {
    @Test(
        "a process that cannot be looked at is left out, and hides nobody else",
        arguments: [EACCES, EPERM, ENOMEM, EMFILE])
    func refused(number: Int32) throws {
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let start = ProcessStart(program: "/bin/sleep", arguments: ["sleep", "1000"], environment: [:])
        let child = try start(standard: (null, null, null))
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        let found = try ProcessTable.descendants(of: getpid()) { pid in
            guard pid == child else { throw SystemError("open stat of a process", number: number) }
            return try ProcessStatus(pid: pid)
        }
        #expect(found == [child])
    }
}
