import Glibc
import Keeper

/// Waits for keepers to be ready, and reaps them when they end.
///
/// Both are read from one pipe, whose other end the keeper alone holds: it writes a line when it is ready, and the pipe
/// ends when it does. So there is no handler of SIGCHLD, which would take other people's children too, and no thread
/// for each keeper.
actor KeeperBirths {
    private struct Watch {
        let readiness: Descriptor
        var isReady: CheckedContinuation<Void, Never>?
    }

    private let loop: DescriptorLoop
    private var watches: [Int32: Watch] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(on loop: DescriptorLoop) {
        self.loop = loop
    }

    /// Returns when the keeper is ready or has ended, and goes on waiting for its end.
    func wait(for pid: Int32, readiness: Descriptor) async {
        await withCheckedContinuation { continuation in
            watches[pid] = Watch(readiness: readiness, isReady: continuation)
            loop.watch(readiness) { self.assumeIsolated { $0.hear(of: pid) } }
        }
    }

    private func hear(of pid: Int32) {
        guard let watch = watches[pid] else { return }
        watches[pid]?.isReady = nil
        // A pipe that cannot be read tells no more: its keeper counts as ended.
        let line = (try? watch.readiness.bytes(upTo: 64)) ?? []
        if line.isEmpty {
            watches[pid] = nil
            loop.ignore(watch.readiness)
            // Its files are closed, so it is a zombie or about to be one: this does not wait for long.
            _ = waitpid(pid, nil, 0)
        }
        watch.isReady?.resume()
    }
}
