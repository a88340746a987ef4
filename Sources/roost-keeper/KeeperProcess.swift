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
        specification = try LaunchSpecification(
            decoding: launch.bytes(from: 0, count: LaunchSpecification.byteCountMax))
        guard let identity = try ProcessIdentity(pid: getpid()) else { throw KeeperFailure.unknownToSystem }
        self.identity = identity
        let signals = ckeeper_signal_descriptor()
        guard signals >= 0 else { throw SystemError("signal descriptor") }
        self.signals = Descriptor(owning: signals)
        try directory.reserve(KeeperFolder.File.exit, byteCount: ExitRecord.byteCountMax)
        spools = try Spools(in: directory, byteCountMax: specification.outputByteCountMax)
        listener = try ControlSocket.listen(in: directory)
    }

    private func run() throws {
        try tell(of: nil)
        let child: Child
        do {
            child = try Child.start(specification)
        } catch let error as ChildNotStarted {
            let ending = ExitRecord.Ending.notStarted(errno: error.cause.number, detail: error.cause.description)
            try finish(ExitRecord(ending: ending))
            return announce()
        }
        let loop = KeeperLoop(
            child: child, spools: spools, listener: listener, signals: signals, wallMsMax: specification.wallMsMax)
        do {
            tellOrComplain(of: child)
            announce()
            try finish(loop.run())
        } catch {
            // Nobody would ever end it.
            loop.signalGroup(SIGKILL)
            throw error
        }
        // The end of their connections tells hubs to look at the file, so it must not come before it.
        withExtendedLifetime(loop) {}
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
