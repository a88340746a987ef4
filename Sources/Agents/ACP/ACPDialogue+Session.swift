import Model

// The session and its prompts: what we ask for, and what becomes of it.
extension ACPDialogue {
    mutating func answered(_ request: Request, _ result: JSONValue) -> [AgentEffect] {
        guard !isOver else { return [] }
        switch request {
        case .initialize:
            guard result["protocolVersion"]?.integer == Self.protocolVersion else {
                let version = result["protocolVersion"]?.integer.map(String.init) ?? "none"
                return end(.failed(Run.Failure(.agent, "it speaks version \(version) of the protocol, not 1")))
            }
            capabilities = result["agentCapabilities"] ?? [:]
            logins = result["authMethods"]?.array?.compactMap { $0["id"]?.string }
            return openSession()
        case .authenticate: return openSession()
        case .newSession:
            guard let id = result["sessionId"]?.string else {
                return end(.failed(Run.Failure(.agent, "it opened a session without an id")))
            }
            session = id
            return [.session(id)] + setUp(result)
        case .loadSession:
            isReplaying = false
            session = resume
            return resume.map { [.session($0)] + setUp(result) } ?? []
        case .setMode, .setModel:
            settingUp -= 1
            return promptNext()
        case .prompt: return promptEnded(result)
        }
    }

    mutating func refused(_ request: Request, _ error: RPCError) -> [AgentEffect] {
        guard !isOver else { return [] }
        switch request {
        case .initialize: return end(.failed(ACPFailure(error).failure))
        case .newSession: return logIn(because: error) ?? end(.failed(ACPFailure(error).failure))
        case .authenticate: return end(.failed(needsLogin(error)))
        case .loadSession:
            isReplaying = false
            if let login = logIn(because: error) { return login }
            return begunAnew("the session \(resume ?? "") could not be loaded: \(error.message)")
        case .setMode: return end(.failed(Run.Failure(.user, "its mode was refused: \(error.message)")))
        case .setModel: return end(.failed(Run.Failure(.user, "its model was refused: \(error.message)")))
        case .prompt:
            outcome = isInterrupting ? .interrupted : .failed(ACPFailure(error).failure)
            return ended()
        }
    }

    // MARK: Logging in

    /// Ways that use a login which is there already, of which the agent wants to be told: Cursor's.
    private static let loginsWithoutPerson: Set = ["cursor_login"]

    /// - Returns: nil where it is no matter of a login.
    private mutating func logIn(because error: RPCError) -> [AgentEffect]? {
        guard error.code == ACPFailure.authenticationRequired else { return nil }
        guard login == nil, let method = logins?.first(where: Self.loginsWithoutPerson.contains) else {
            return end(.failed(needsLogin(error)))
        }
        login = method
        return [side.request("authenticate", ["methodId": .string(method)], as: .authenticate)]
    }

    private func needsLogin(_ error: RPCError) -> Run.Failure {
        let ways = logins.flatMap { $0.isEmpty ? nil : $0.joined(separator: ", ") }
        let words = "it wants a login: \(error.message)" + (ways.map { "; its ways are \($0)" } ?? "")
        return Run.Failure(
            .auth,
            (words + ". Log in by its own command line, or give it a key as a credential.").cut(
                toBytes: EntryLimits.summaryBytesMax))
    }

    // MARK: Opening

    private var place: [String: JSONValue] {
        let servers = MCPServers(options.mcpServers ?? [:])
        let http = capabilities["mcpCapabilities"]?["http"]?.bool == true
        return ["cwd": .string(workingDirectory), "mcpServers": servers.forACP(http: http)]
    }

    private mutating func openSession() -> [AgentEffect] {
        guard let resume else { return [side.request("session/new", .object(place), as: .newSession)] }
        var params = place
        params["sessionId"] = .string(resume)
        if capabilities["sessionCapabilities"]?["resume"]?.object != nil {
            return [side.request("session/resume", .object(params), as: .loadSession)]
        }
        guard capabilities["loadSession"]?.bool == true else { return begunAnew("it cannot load sessions") }
        isReplaying = true
        return [side.request("session/load", .object(params), as: .loadSession)]
    }

    /// The conversation is lost and the worktree is not: better than nothing, and said.
    private mutating func begunAnew(_ why: String) -> [AgentEffect] {
        costBefore = 0
        let text = "A new session was begun, which does not know what was said before: \(why)."
        return [
            entries.add(EntryContent(.systemMessage, text: text)),
            side.request("session/new", .object(place), as: .newSession),
        ]
    }

    /// Sets model and mode, as far as they were asked for.
    private mutating func setUp(_ result: JSONValue) -> [AgentEffect] {
        guard let session else { return [] }
        let id = JSONValue.string(session)
        var effects: [AgentEffect] = []
        if let model = options.model {
            let option = result["configOptions"]?.array?.first { $0["category"]?.string == "model" }
            if let configId = option?["id"] {
                let params: JSONValue = ["sessionId": id, "configId": configId, "value": .string(model)]
                effects.append(side.request("session/set_config_option", params, as: .setModel))
            } else {
                let params: JSONValue = ["sessionId": id, "modelId": .string(model)]
                effects.append(side.request("session/set_model", params, as: .setModel))
            }
        }
        if let mode = options.permissionMode.flatMap(PermissionMode.init) {
            let available = result["modes"]?["availableModes"]?.array?.compactMap { $0["id"]?.string } ?? []
            if let name = mode.acpNames.first(where: available.contains) {
                if name != result["modes"]?["currentModeId"]?.string {
                    let params: JSONValue = ["sessionId": id, "modeId": .string(name)]
                    effects.append(side.request("session/set_mode", params, as: .setMode))
                }
            } else if let allowance = mode.acpAllowance {
                allows = allowance
            } else {
                let names = available.isEmpty ? "none" : available.joined(separator: ", ")
                return end(.failed(Run.Failure(.user, "it has no mode \(mode.rawValue); it has \(names)")))
            }
        }
        settingUp = effects.count
        return effects + promptNext()
    }

    // MARK: Prompting

    mutating func promptNext() -> [AgentEffect] {
        guard let session, settingUp == 0, !unsaid.isEmpty, !isOver, !isPrompted else { return [] }
        defer { (unsaid, ungiven) = ([], nil) }
        (outcome, message) = (nil, Message())
        let files = ungiven ?? []
        let takesImages = capabilities["promptCapabilities"]?["image"]?.bool == true
        let images = takesImages ? files.filter(\.isImage) : []
        let others = files.filter { !images.contains($0) }
        let texts = others.isEmpty ? unsaid : [others.listed(behind: unsaid.joined(separator: "\n\n"))]
        let blocks =
            texts.map { JSONValue.object(["type": "text", "text": .string($0)]) }
            + images.map { AgentLine.image($0.given, .acp) }
        return [
            side.request(
                "session/prompt", ["sessionId": .string(session), "prompt": .array(blocks)], as: .prompt,
                hasFiles: !images.isEmpty)
        ]
    }

    private var isPrompted: Bool { side.pending.values.contains { if case .prompt = $0 { true } else { false } } }

    private mutating func promptEnded(_ result: JSONValue) -> [AgentEffect] {
        let used = usage(of: result)
        let words = message.words.isEmpty ? nil : message.words.cut(toBytes: EntryLimits.summaryBytesMax)
        outcome =
            switch result["stopReason"]?.string {
            case "cancelled": .interrupted
            case "refusal": .failed(Run.Failure(.agent, "the model refused to go on"))
            case "max_tokens": .failed(Run.Failure(.agent, "the model's context is full (max_tokens)"))
            case "max_turn_requests":
                .failed(Run.Failure(.agent, "the turn's limit of requests to the model was reached"))
            default: .completed(summary: words)
            }
        return used + ended()
    }

    private mutating func ended() -> [AgentEffect] {
        let settled = entries.settle()
        guard !isInterrupting, !unsaid.isEmpty else { return settled + end(outcome ?? .interrupted) }
        return settled + promptNext()
    }

    /// What the session has cost since the last prompt's end; a total below the one before belongs to one that began anew.
    var spent: Double? { cost.map { $0 < costBefore ? $0 : $0 - costBefore } }

    /// Tokens are told with a prompt's result by those that tell them; the cost is that of the whole session.
    private mutating func usage(of result: JSONValue) -> [AgentEffect] {
        let tokens = result["usage"]
        let quota = result["_meta"]?["quota"]?["token_count"]
        let spent = spent
        costBefore = cost ?? costBefore
        cost = nil
        let usage = Usage(
            inputTokens: tokens?["inputTokens"]?.count ?? quota?["input_tokens"]?.count,
            outputTokens: tokens?["outputTokens"]?.count ?? quota?["output_tokens"]?.count,
            cacheReadTokens: tokens?["cachedReadTokens"]?.count,
            cacheCreationTokens: tokens?["cachedWriteTokens"]?.count, costUsd: spent)
        return entries.usage(usage)
    }
}
