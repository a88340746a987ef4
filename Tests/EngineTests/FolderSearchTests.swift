import Engine
import Foundation
import Model
import RoostTesting
import Synchronization
import Testing

@Suite("A search for repositories")
struct FolderSearchTests {
    @Test("when its time (folderSearchSeconds) is over it says that there may be more")
    func ends() async throws {
        var files = FileLimits()
        files.folderSearchSeconds = 0
        for limits in [files, FileLimits()] {
            let shop = try await Workshop(files: limits)
            let project = try await shop.project()
            let above = (project.path as NSString).deletingLastPathComponent
            let found = try await shop.engine.repositories(below: above)
            #expect(found.truncated == (limits == files) && found.repositories.isEmpty == (limits == files))
            await shop.close()
        }
    }

    @Test("keeps no thread of the pool while it reads folders") func thread() async throws {
        let clock = WitnessClock()
        let shop = try await Workshop(engineClock: clock)
        let project = try await shop.project()
        clock.callsOutside.withLock { $0 = 0 }
        let found = try await shop.engine.repositories(below: (project.path as NSString).deletingLastPathComponent)
        #expect(found.repositories == [project.path])
        #expect(clock.callsOutside.withLock(\.self) >= 2, "its beginning, and at least one folder")
        await shop.close()
    }

    /// Counts who asks for the time without being a task, on a thread that is not the pool's.
    private final class WitnessClock: TimeSource {
        private let clock = ImpatientClock()
        let callsOutside = Mutex(0)

        func now() -> Timestamp {
            if withUnsafeCurrentTask(body: { $0 == nil }) { callsOutside.withLock { $0 += 1 } }
            return clock.now()
        }

        func sleep(for duration: Duration) async throws { try await clock.sleep(for: duration) }
    }
}
