import Engine
import Journal
import Model
import Wire

// Who there is, and what he comes with.
extension OperationTable {
    private static let exampleUser: JSONValue = "usr_01JD6Z5Z0A0000000000000000"
    private static let exampleToken: JSONValue = "tok_01JD6Z5Z0A0000000000000000"

    static let narrowing: [Schema.Field] = [
        .optional(
            "abilities", .array(.choice(of: Ability.self), max: .items(Ability.allCases.count, "abilities")),
            "What of the user's abilities it has; `me:read` always."),
        .optional(
            "projects", .array(.id(Project.self), max: .items(Limits.projectsPerTokenMax, "projectsPerTokenMax")),
            "In which of the user's projects."),
        .optional("expiresAt", .timestamp),
    ]

    static let access: [Operation] = [
        Operation(
            "auth.setup", .post("/api/auth/setup"),
            summary: "Makes the hub's first user, an administrator, with a token; 409 when it has users.",
            input: [.required("name", .userName), .optional("tokenName", .name, "`first` when absent.")],
            output: .setUp, success: .created, ability: nil, rateGroup: .starting, tellsSecret: true,
            events: [.userCreated, .tokenCreated], example: ["name": "ada"]
        ) { call in
            let secret = TokenSecret.make()
            let made = try await call.engine.setUp(
                call.text("name") ?? "", token: CreateToken(name: call.text("tokenName") ?? "first"),
                hash: secret.hash, by: call.actor)
            return try call.answer(secret, made.value.token, of: made.value.user, at: made.position)
        },
        Operation(
            "auth.me", .get("/api/me"), aliases: ["me"], summary: "Says who asks, and what he may do.",
            output: .me, ability: .meRead
        ) { call in
            OperationAnswer(data: try WireJSON.encode(Me(call.caller)))
        },
        Operation(
            "tokens.list", .get("/api/tokens"), summary: "Lists a user's tokens in the order of their making.",
            input: [
                .optional("userId", .id(User.self), "Absent: the caller."), .cursor(of: Token.self), .limit(),
            ], output: .array(.token, max: nil), ability: .tokenWrite
        ) { call in
            let (owner, after) = (try call.tokenOwner(), call.cursor(Token.self))
            return try await call.read { reader in
                let rows = try reader.tokens(of: owner, after: after, limit: call.limit + 1, as: Stored<Token>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "tokens.create", .post("/api/tokens"),
            summary: "Makes a token. It reaches no further than the one that asks for it.",
            input: [.required("name", .name), .optional("userId", .id(User.self), "Absent: the caller.")] + narrowing,
            output: .tokenMade, success: .created, ability: .tokenWrite, rateGroup: .settings, tellsSecret: true,
            events: [.tokenCreated],
            example: ["name": "ci", "abilities": ["project:read", "board:write"]]
        ) { call in
            let (owner, own) = (try call.tokenOwner(), call.caller.token)
            var input = try call.decode(CreateToken.self)
            try call.requireWithin(input.abilities, input.projects, input.expiresAt)
            input.abilities = input.abilities ?? own?.abilities
            input.projects = input.projects ?? own?.projects
            input.expiresAt = input.expiresAt ?? own?.expiresAt
            let secret = TokenSecret.make()
            let made = try await call.engine.createToken(of: owner, input, hash: secret.hash, by: call.actor)
            return try call.answer(secret, made.value, of: nil, at: made.position)
        },
        Operation(
            "tokens.get", .get("/api/tokens/{token}"), summary: "Shows a token, without its secret.",
            input: [.subject(Token.self)], output: .token, ability: .tokenWrite, example: ["token": exampleToken]
        ) { call in
            let token = try await call.token(call.id())
            return try .entity(token, at: try await call.read { try $0.position(of: .hub) })
        },
        Operation(
            "tokens.update", .patch("/api/tokens/{token}"), summary: "Renames a token, or changes how far it reaches.",
            input: [.subject(Token.self), .optional("name", .name)] + narrowing + [.version], output: .token,
            ability: .tokenWrite, rateGroup: .settings, events: [.tokenUpdated],
            example: ["token": exampleToken, "abilities": ["project:read"]]
        ) { call in
            let token = try await call.token(call.id())
            let input = try call.decode(UpdateToken.self)
            try call.requireWithin(token, changedBy: input)
            return try .changed(await call.engine.updateToken(token.id, input, by: call.actor))
        },
        Operation(
            "tokens.delete", .delete("/api/tokens/{token}"), summary: "Revokes a token: whoever shows it is unknown.",
            input: [.subject(Token.self), .version], success: .noContent, ability: .tokenWrite, rateGroup: .settings,
            events: [.tokenDeleted], example: ["token": exampleToken]
        ) { call in
            let token = try await call.token(call.id())
            return .removed(try await call.engine.deleteToken(token.id, version: call.version, by: call.actor))
        },
        Operation(
            "users.list", .get("/api/users"), summary: "Lists users in the order of their making.",
            input: [.cursor(of: User.self), .limit()], output: .array(.user, max: nil), ability: .userAdmin
        ) { call in
            let after = call.cursor(User.self)
            return try await call.read { reader in
                let rows = try reader.users(after: after, limit: call.limit + 1, as: Stored<User>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "users.create", .post("/api/users"), summary: "Makes a user, who comes in with a token made for it.",
            input: [
                .required("name", .userName), .optional("type", .choice(of: User.Kind.self), "`person` when absent."),
                .optional("role", .choice(of: User.Role.self), "`member` when absent."),
            ], output: .user, success: .created, ability: .userAdmin, rateGroup: .settings, events: [.userCreated],
            example: ["name": "reviewer", "type": "bot"]
        ) { call in
            let input = try call.decode(CreateUser.self)
            if input.role == .admin { try call.requireWholeToken(for: "making an administrator") }
            return try .changed(await call.engine.createUser(input, by: call.actor))
        },
        Operation(
            "users.get", .get("/api/users/{user}"), summary: "Shows a user.", input: [.subject(User.self)],
            output: .user, ability: .userAdmin, example: ["user": exampleUser]
        ) { call in
            let id: User.ID = try call.id()
            return try await call.read { reader in
                try .entity(try reader.required(id), at: try reader.position(of: .hub))
            }
        },
        Operation(
            "users.update", .patch("/api/users/{user}"),
            summary: "Changes a user's role, disables it or lets it in again; 409 for the last administrator.",
            input: [
                .subject(User.self), .optional("role", .choice(of: User.Role.self)),
                .optional("status", .choice(of: User.Status.self)), .version,
            ], output: .user, ability: .userAdmin, rateGroup: .settings, events: [.userUpdated],
            example: ["user": exampleUser, "status": "disabled"]
        ) { call in
            let input = try call.decode(UpdateUser.self)
            if input.role == .admin { try call.requireWholeToken(for: "making an administrator") }
            return try .changed(await call.engine.updateUser(call.id(), input, by: call.actor))
        },
    ]
}

extension OperationCall {
    /// From here on the secret is good.
    func answer(
        _ secret: TokenSecret, _ token: Token, of user: User?, at position: JournalPosition
    ) throws -> OperationAnswer {
        hub.access.learn(secret.hash, of: token.id)
        var answer = try OperationAnswer.entity(token, at: position)
        answer.data = try WireJSON.encode(TokenMade(user: user, token: token, secret: secret.text))
        return answer
    }
}
