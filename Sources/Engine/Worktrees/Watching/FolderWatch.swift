import Glibc
import Keeper
import Model

/// Folders that the kernel watches (inotify), for the whole hub: one descriptor, however many worktrees, and one watch for a folder,
/// however many want to know of it. Lives on a thread of its own, as listing and watching thousands of folders blocks.
actor FolderWatch {
    private struct Folder {
        let path: String
        let isGits: Bool
        var runs: Set<Run.ID>
    }

    /// Whoever reads notices the change later; what is only read is none.
    private static let kinds =
        UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MODIFY) | UInt32(IN_ATTRIB) | UInt32(IN_MOVED_FROM)
        | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE_SELF) | UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)
    private static let readByteCount = 64 << 10
    /// `struct inotify_event` without its name.
    private static let headByteCount = 16

    private let loop: DescriptorLoop
    private let descriptor: Descriptor
    private let countMax: Int
    /// A folder came, went or moved, or only files did.
    private let changed: @Sendable (Run.ID, _ isFolder: Bool) -> Void
    private var folders: [Int32: Folder] = [:]
    private var numbers: [String: Int32] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// - Throws: `SystemError` where the kernel gives no more such descriptors.
    init(countMax: Int, changed: @escaping @Sendable (Run.ID, _ isFolder: Bool) -> Void) throws {
        loop = try DescriptorLoop()
        let number = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard number >= 0 else { throw SystemError("inotify_init1") }
        (descriptor, self.countMax, self.changed) = (Descriptor(owning: number), countMax, changed)
    }

    func start() { loop.watch(descriptor) { self.assumeIsolated { $0.read() } } }

    func stop() {
        loop.ignore(descriptor)
        for number in folders.keys { inotify_rm_watch(descriptor.number, number) }
        (folders, numbers) = ([:], [:])
    }

    /// Takes all that the kernel has noted so far. It notes a change before the call that made it returns.
    func catchUp() { read() }

    var count: Int { folders.count }
    /// How many more there is room for, if `run` keeps none.
    func room(for run: Run.ID) -> Int { countMax - folders.values.count { $0.runs != [run] } }

    /// Watches these folders for a run, and no others any more.
    /// - Parameter gits: those of them that are git's own, where locks come and go.
    /// - Returns: false when there is no room for all of them; then none is watched for it.
    func watch(_ content: Set<String>, gits: Set<String>, for run: Run.ID) -> Bool {
        let paths = content.union(gits)
        // First those that go: a folder that was moved is the same to the kernel, under its new name too.
        let gone = folders.filter { $0.value.runs.contains(run) && !paths.contains($0.value.path) }
        for number in gone.keys { leave(number, run) }
        for path in paths {
            if let number = numbers[path] {
                folders[number]?.runs.insert(run)
                continue
            }
            guard folders.count < countMax, add(path, isGits: gits.contains(path), run) else {
                forget(run)
                return false
            }
        }
        return true
    }

    func forget(_ run: Run.ID) {
        for number in folders.filter({ $0.value.runs.contains(run) }).keys { leave(number, run) }
    }

    /// - Returns: false when the kernel has no room. A folder that has gone meanwhile needs no watch.
    private func add(_ path: String, isGits: Bool, _ run: Run.ID) -> Bool {
        let number = unsafe inotify_add_watch(descriptor.number, path, Self.kinds)
        guard number >= 0 else { return ![ENOSPC, ENOMEM].contains(errno) }
        numbers[path] = number
        folders[number, default: Folder(path: path, isGits: isGits, runs: [])].runs.insert(run)
        return true
    }

    private func leave(_ number: Int32, _ run: Run.ID) {
        folders[number]?.runs.remove(run)
        guard let folder = folders[number], folder.runs.isEmpty else { return }
        inotify_rm_watch(descriptor.number, number)
        forgotten(number)
    }

    private func forgotten(_ number: Int32) {
        folders[number] = nil
        numbers = numbers.filter { $0.value != number }
    }

    // MARK: What the kernel says

    private func read() {
        while true {
            let bytes: [UInt8]?
            do { bytes = try descriptor.bytes(upTo: Self.readByteCount) } catch { return }
            guard let bytes, !bytes.isEmpty else { return }
            var rest = bytes[...]
            while rest.count >= Self.headByteCount {
                let head = Array(rest.prefix(Self.headByteCount))
                let nameByteCount = Int(Self.word(head, 12))
                let name = rest.dropFirst(Self.headByteCount).prefix(nameByteCount).prefix { $0 != 0 }
                take(Int32(bitPattern: Self.word(head, 0)), Self.word(head, 4), name)
                rest = rest.dropFirst(Self.headByteCount + nameByteCount)
            }
        }
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func take(_ number: Int32, _ kind: UInt32, _ name: ArraySlice<UInt8>) {
        if kind & UInt32(IN_Q_OVERFLOW) != 0 {
            // Anything may have happened.
            for run in folders.values.reduce(into: Set<Run.ID>(), { $0.formUnion($1.runs) }) { changed(run, true) }
            return
        }
        guard let folder = folders[number] else { return }
        if kind & UInt32(IN_IGNORED) != 0 {
            forgotten(number)
            return
        }
        // git makes one before each change, and the change follows. Elsewhere it is a file like any other: `Cargo.lock`.
        if folder.isGits, name.suffix(5).elementsEqual(".lock".utf8) { return }
        // What git ignores is not watched, and rules decide that.
        let isRule = name.elementsEqual(".gitignore".utf8)
        let isFolder =
            isRule || kind & UInt32(IN_ISDIR) != 0 && kind & (UInt32(IN_MODIFY) | UInt32(IN_ATTRIB)) == 0
        for run in folder.runs { changed(run, isFolder) }
    }
}
