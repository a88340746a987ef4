import CKeeper
import Glibc
import Keeper

/// The life of a keeper from its start to the file `exit`.
struct KeeperProcess {
    private let directory: Directory
    /// The locked launch specification.
    private let launch: Descriptor
    private let specification: LaunchSpecification
    private let identity: ProcessIdentity
    private let signals: Descriptor
    private let spools: Spools
    private let listener: Descriptor

    static func run(in folder: KeeperFolder) throws {
        try standAlone()
        let directory = try folder.directory()
        guard let launch = try KeeperFolder.takeLaunch(in: directory) else { throw KeeperFailure.folderTaken }
        // Whoever abandoned the folder may have removed the file just before it was locked.
        guard directory.contains(KeeperFolder.File.launch), !directory.contains(KeeperFolder.File.keeper) else {
            throw KeeperFailure.folderUsed
        }
        try KeeperProcess(directory, launch).run()
    }

    /// Leaves whoever started us: session, signals, open files.
    private static func standAlone() throws {
        guard ckeeper_close_on_exec_from(3) == 0 else { throw SystemError("close descriptors") }
        for signal in [SIGPIPE, SIGXFSZ, SIGHUP] { _ = Glibc.signal(signal, SIG_IGN) }
        // Fails where we lead a session already.
        _ = setsid()
        guard ckeeper_become_subreaper() == 0 else { throw SystemError("become subreaper") }
    }

    private init(_ directory: Directory, _ launch: Descriptor) throws {
        self.directory = directory
        self.launch = launch
        guard let identity = try ProcessIdentity(pid: getpid()) else { throw KeeperFailure.unknownToSystem }
        self.identity = identity
        var specification = try LaunchSpecification(
            decoding: launch.bytes(from: 0, count: LaunchSpecification.byteCountMax))
        specification.environment[ProcessIdentity.variableName] = identity.variableValue
        self.specification = specification
        let signals = ckeeper_signal_descriptor()
        guard signals >= 0 else { throw SystemError("signal descriptor") }
        self.signals = Descriptor(owning: signals)
        try directory.reserve(KeeperFolder.File.exit, byteCount: ExitRecord.byteCountMax)
        spools = try Spools(
            in: directory, byteCountMax: specification.outputByteCountMax, secrets: specification.secrets)
        listener = try ControlSocket.listen(in: directory)
    }

    private func run() throws {
        try tell(of: nil)
        let group = try makeGroup()
        let child: Child
        do {
            child = try start(in: group)
        } catch let error as ChildNotStarted {
            let ending = ExitRecord.Ending.notStarted(errno: error.cause.number, detail: error.cause.description)
            try finish(ExitRecord(ending: ending))
            group?.remove()
            return announce()
        }
        let loop = KeeperLoop(
            child: child, spools: spools, listener: listener, signals: signals, group: group,
            wallMsMax: specification.wallMsMax)
        do {
            // From here on nobody needs it, and it may hold secrets.
            guard ftruncate(launch.number, 0) == 0 else { throw SystemError("empty launch") }
            tellOrComplain(of: child)
            announce()
            try finish(loop.run())
        } catch {
            // Nobody would ever end it.
            loop.signalGroup(SIGKILL)
            if let group { _ = group.kill() }
            throw error
        }
        group?.remove()
        // The end of their connections tells hubs to look at the file, so it must not come before it.
        withExtendedLifetime(loop) {}
    }

    /// The file is there before anybody is in the group: whoever finds us killed finds it.
    private func makeGroup() throws -> ControlGroup? {
        guard let group = ControlGroup.make(named: "roost-\(identity.pid)-\(identity.startTicks)") else { return nil }
        try directory.replace(KeeperFolder.File.group, with: Array(group.path.utf8))
        return group
    }

    /// Who is to be in a group has to be born there: we go in, and come back when it is.
    private func start(in group: ControlGroup?) throws -> Child {
        let own = ControlGroup.own
        guard let group, let own, group.enter() else { return try Child.start(specification) }
        defer { if !own.enter() { complain("the keeper is left in its process's control group") } }
        return try Child.start(specification)
    }

    private func finish(_ record: ExitRecord) throws {
        try spools.sync()
        try directory.replace(KeeperFolder.File.exit, with: record.encoded())
        try directory.remove(KeeperFolder.File.control)
    }

    /// Without the record a hub would not find the child of a keeper that was killed; the child itself can do without.
    private func tellOrComplain(of child: Child) {
        do {
            // nil when it has ended already: there is nobody to be found by it.
            try tell(of: ProcessIdentity(pid: child.pid))
        } catch {
            complain("\(error)")
        }
    }

    private func tell(of child: ProcessIdentity?) throws {
        try directory.replace(KeeperFolder.File.keeper, with: KeeperRecord(keeper: identity, child: child).encoded())
    }

    /// Tells whoever started us that the files say how it went. That it has gone meanwhile is all right.
    private func announce() {
        let line = Array("ready\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
    }
}
