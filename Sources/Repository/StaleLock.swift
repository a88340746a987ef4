import Foundation
import Glibc

/// A lock file that a git left behind which was killed. As long as it is there, git refuses every change, for ever.
///
/// What holds a lock is not written into it. It is taken for left behind when it has been there for a while, nobody has it
/// open, and no git that is old enough to have made it works in the repository (or where, cannot be seen).
struct StaleLock {
    let path: String

    /// - Parameters:
    ///   - words: what git said when it was refused.
    ///   - folders: those of the repository's git: no other lock is touched.
    init?(named words: String, in folders: [String]) {
        guard let begin = words.range(of: "Unable to create '"),
            let end = words.range(of: ".lock': File exists", range: begin.upperBound..<words.endIndex)
        else { return nil }
        let path = words[begin.upperBound..<end.lowerBound] + ".lock"
        guard folders.contains(where: { path.hasPrefix($0 + "/") }), !path.contains("/../") else { return nil }
        self.path = String(path)
    }

    init(path: String) { self.path = path }

    /// - Parameters:
    ///   - seconds: how long it must have been there.
    ///   - now: seconds since 1970.
    ///   - folders: where a git that works on the repository may have its working directory.
    /// - Returns: whether there is none any more.
    func remove(olderThan seconds: Int, now: Int, heldFrom folders: [String]) throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        let madeAt = status.st_mtim.tv_sec
        guard status.st_mode & S_IFMT == S_IFREG, now - madeAt >= seconds else { return false }
        guard try !Self.isHeld(status, from: folders) else { return false }
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("unlink lock") }
        return true
    }

    private static func isHeld(_ lock: stat, from folders: [String]) throws -> Bool {
        let booted = try bootSeconds()
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            let process = "/proc/" + name
            if hasOpen(lock, process) { return true }
            guard let (program, started) = identity(of: process, booted: booted), program.hasPrefix("git"),
                // The kernel's clock and the file system's differ by less.
                started <= lock.st_mtim.tv_sec + 1
            else { continue }
            guard let folder = Paths.canonical(process + "/cwd") else {
                // It has ended meanwhile, or it is somebody else's.
                if Paths.exists(process) { return true }
                continue
            }
            if folders.contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }) { return true }
        }
        return false
    }

    private static func hasOpen(_ lock: stat, _ process: String) -> Bool {
        guard let folder = opendir(process + "/fd") else { return false }
        defer { closedir(folder) }
        let number = dirfd(folder)
        while let entry = readdir(folder) {
            var status = stat()
            let isSame = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { fstatat(number, $0, &status, 0) == 0 }
            }
            if isSame, status.st_ino == lock.st_ino, status.st_dev == lock.st_dev { return true }
        }
        return false
    }

    /// `pid (program) state …`, of which the 22nd is when it began, in ticks since the machine did.
    private static func identity(of process: String, booted: Int) -> (program: Substring, startedAt: Int)? {
        let text: String
        do { text = try Paths.text(of: process + "/stat") } catch {
            // It has ended meanwhile.
            return nil
        }
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        // One that has ended and nobody has taken note of holds nothing.
        guard fields.count > 19, fields[0] != "Z", let ticks = Int(fields[19]) else { return nil }
        return (text[text.index(after: open)..<close], booted + ticks / sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func bootSeconds() throws -> Int {
        let lines = try Paths.text(of: "/proc/stat").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("btime ") }), let seconds = Int(line.dropFirst(6)) else {
            throw SystemError("read /proc/stat", number: EINVAL)
        }
        return seconds
    }
}
