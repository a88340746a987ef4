extension AgentExit {
    /// What went wrong, in words; nil when the process ended as it should.
    var trouble: String? {
        if let detail { return detail }
        if let signal { return "signal \(signal)" }
        guard let code else { return "nobody saw it end" }
        return code == 0 ? nil : "exit code \(code)"
    }
}
