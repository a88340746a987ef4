import Foundation
import Glibc
import Hub

extension ProcessStatistics {
    /// Of this process, by proc(5) and getrusage(2); 0 for what the system does not say.
    static func current() -> ProcessStatistics {
        var now = ProcessStatistics()
        now.residentBytes = fields(of: "statm").dropFirst().first.flatMap { Int($0) }.map { $0 * pageByteCount } ?? 0
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            now.cpuMilliseconds = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)
        }
        // Less the one that looks.
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
        now.openDescriptors = descriptors.map { $0 - 1 } ?? 0
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            now.descriptorsMax = Int(clamping: limit.rlim_cur)
        }
        now.startMilliseconds = ownStartMilliseconds
        return now
    }

    private static let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Field 22 of /proc/self/stat, ticks since the start of the machine, which /proc/stat has in seconds.
    private static let ownStartMilliseconds: Int = {
        let stat = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let boot = stat.split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last
        guard let bootSeconds = boot.flatMap({ Int($0) }), let ticks = fields(of: "stat").dropFirst(21).first,
            let startTicks = Int(ticks)
        else { return 0 }
        return bootSeconds * 1_000 + startTicks * 1_000 / Int(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func milliseconds(_ time: timeval) -> Int { Int(time.tv_sec) * 1_000 + Int(time.tv_usec) / 1_000 }

    /// The program's name has no blank in it: it is ours.
    private static func fields(of file: String) -> [Substring] {
        ((try? String(contentsOfFile: "/proc/self/" + file, encoding: .utf8)) ?? "").split(separator: " ")
    }
}
