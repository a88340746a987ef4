/// How a kept process stands.
package struct KeeperState: Sendable, Equatable {
    package let childPid: Int32
    package let input: InputState
    package let spools: SpoolSizes

    package init(childPid: Int32, input: InputState, spools: SpoolSizes) {
        self.childPid = childPid
        self.input = input
        self.spools = spools
    }
}
