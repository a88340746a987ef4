/// Lets those who do something with the same thing do it one after the other, whatever they wait for meanwhile.
actor Turns {
    /// Who waits for a thing that somebody has, the first first.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    func take(_ thing: String) async {
        guard waiting[thing] != nil else {
            waiting[thing] = []
            return
        }
        await withCheckedContinuation { waiting[thing, default: []].append($0) }
    }

    func give(_ thing: String) {
        guard let next = waiting[thing]?.first else {
            waiting[thing] = nil
            return
        }
        waiting[thing]?.removeFirst()
        next.resume()
    }
}
