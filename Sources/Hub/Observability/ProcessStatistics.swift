/// What the system says of the hub's own process.
package struct ProcessStatistics: Sendable, Equatable {
    package var residentBytes = 0
    package var cpuMilliseconds = 0
    package var openDescriptors = 0
    package var descriptorsMax = 0
    /// Since 1970.
    package var startMilliseconds = 0

    package init() {}
}
