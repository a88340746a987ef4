/// The command line.
struct Options: Equatable {
    static let usage = """
        usage: roost-demo-agent [--pace-ms N] [--paragraphs N] [--no-approval] [--fail] [--transcript FILE] [--session ID]
        """

    var settings = Settings()
    var session: String?

    init(arguments: some Sequence<String>) throws(Settings.Refused) {
        var rest = Array(arguments)[...]
        func value(of option: String) throws(Settings.Refused) -> String {
            guard let value = rest.popFirst() else { throw Settings.Refused(description: "\(option) needs a value") }
            return value
        }
        while let option = rest.popFirst() {
            switch option {
            case "--pace-ms": try settings.set("pace", to: value(of: option)[...])
            case "--paragraphs": try settings.set("paragraphs", to: value(of: option)[...])
            case "--transcript": try settings.set("transcript", to: value(of: option)[...])
            case "--no-approval": settings.asksApproval = false
            case "--fail": settings.fails = true
            case "--session": session = try value(of: option)
            default: throw Settings.Refused(description: "unknown option \(option)")
            }
        }
    }
}
