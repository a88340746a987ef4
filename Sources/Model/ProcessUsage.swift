/// What a process and those that it waited for used (getrusage(2)).
package struct ProcessUsage: Codable, Sendable, Equatable {
    package var userMs: Int
    package var systemMs: Int
    package var wallMs: Int
    package var residentBytesMax: Int

    package init(userMs: Int, systemMs: Int, wallMs: Int, residentBytesMax: Int) {
        self.userMs = userMs
        self.systemMs = systemMs
        self.wallMs = wallMs
        self.residentBytesMax = residentBytesMax
    }
}
