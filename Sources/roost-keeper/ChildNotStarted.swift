import Keeper

/// The process could not be started, which is its end and not the keeper's failure.
struct ChildNotStarted: Error {
    let cause: SystemError
}
