import Glibc

/// A program to start: its argument vector and all of its environment. It reads nothing.
struct Launch: Sendable {
    var executable: String
    var arguments: [String]
    var environment: [String: String]

    /// Starts it in a process group of its own, so that it can be ended together with what it started.
    func spawn(output: Descriptor, errors: Descriptor) throws -> pid_t {
        // C would read such a string to its first NUL only, and run something else than was asked for.
        guard !arguments.contains(where: { $0.utf8.contains(0) }) else { throw SystemError("start", number: EINVAL) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.number, STDERR_FILENO)
        // Ours are closed on exec, but a library may open one that is not, at any moment and on any thread.
        guard let closeFrom = Self.closeFrom, closeFrom(&actions, STDERR_FILENO + 1) == 0 else {
            throw SystemError("posix_spawn_file_actions_addclosefrom_np", number: ENOSYS)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid: pid_t = 0
        let failure = Self.withCStrings([executable] + arguments) { argv in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&pid, executable, &actions, &attributes, argv, envp)
            }
        }
        guard failure == 0 else { throw SystemError("start", number: failure) }
        return pid
    }

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

    /// In glibc since 2.34; looked up by name, because the Glibc module leaves out what is not POSIX.
    private static let closeFrom = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np")
        .map { unsafeBitCast($0, to: CloseFrom.self) }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
