import Engine
import Journal
import Model
import Wire

// Coming in with a name and a password, for people. What they get is a token like all others.
extension OperationTable {
    private static let found = 20

    static let passwords: [Operation] = [
        Operation(
            "auth.status", .get("/api/auth/status"),
            summary: "Says whether the hub has users, and whether who asks is one: what a login page wants to know.",
            output: .authStatus, ability: nil, rateGroup: .open
        ) { call in
            let caller = call.caller
            return OperationAnswer(
                data: try WireJSON.encode(
                    AuthStatus(
                        needsSetup: !call.hub.access.hasUsers, isAuthenticated: caller.isKnown, user: caller.user)))
        },
        Operation(
            "auth.login", .post("/api/auth/login"), .post("/api/auth/token"),
            summary: "Makes a token for who knows a user's password; it may be for less, and for a while only.",
            input: [
                .required("name", .userName), .required("password", .password),
                .optional("tokenName", .name, "`login` when absent."),
            ] + narrowing, output: .setUp, success: .created, ability: nil, rateGroup: .open, tellsSecret: true,
            events: [.tokenCreated, .tokenDeleted],
            example: ["name": "ada", "password": "correct horse battery staple"]
        ) { call in
            let name = call.text("name") ?? ""
            try call.hub.limiter.admitLogin(as: name)
            let user = try await call.engine.user(named: name, password: call.text("password") ?? "")
            let input = try call.decode(Narrowing.self).token(named: call.text("tokenName") ?? "login")
            let secret = TokenSecret.make()
            let made = try await call.engine.logIn(user.id, input, hash: secret.hash, by: user.actor)
            return try call.answer(secret, made.value, of: user, at: made.position)
        },
        Operation(
            "passwords.change", .post("/api/auth/change-password"),
            summary: "Sets the caller's password, who shows the one that he has, if any. Tokens stay.",
            input: [.optional("currentPassword", .password), .required("newPassword", .password)],
            success: .noContent, ability: .tokenWrite, rateGroup: .settings, events: [.userUpdated],
            example: ["currentPassword": "correct horse", "newPassword": "correct horse battery staple"]
        ) { call in
            guard let user = call.caller.user else {
                throw HubError.illegal("having a password", "the hub", currentStatus: "not set up")
            }
            try call.requireWholeToken(for: "changing a password")
            try call.hub.limiter.admitLogin(as: user.name)
            return .removed(
                try await call.engine.changePassword(
                    of: user.id, to: call.text("newPassword") ?? "", current: call.text("currentPassword"),
                    by: call.actor))
        },
        Operation(
            "passwords.reset", .post("/api/users/{user}/reset-password"),
            summary: "Makes a password for a user, who is to choose another when he comes.",
            input: [.subject(User.self)], output: .passwordMade, ability: .userAdmin, rateGroup: .settings,
            tellsSecret: true, events: [.userUpdated], example: ["user": "usr_01JD6Z5Z0A0000000000000000"]
        ) { call in
            try call.requireWholeToken(for: "making a password")
            let password = String(TokenSecret.make().text.dropFirst(4).prefix(24))
            let changed = try await call.engine.resetPassword(of: call.id(), to: password, by: call.actor)
            var answer = try OperationAnswer.changed(changed)
            answer.data = try WireJSON.encode(PasswordMade(user: changed.value, generatedPassword: password))
            return answer
        },
        Operation(
            "users.search", .get("/api/users/search"),
            summary: "Finds users that are not disabled by a part of their names; 20 at most.",
            input: [.required("q", .userName)], output: .array(.userFound, max: nil), ability: .hubRead,
            example: ["q": "ad"]
        ) { call in
            let text = call.text("q") ?? ""
            let users = try await call.read { try $0.users(like: text, limit: found) }
            return OperationAnswer(data: try WireJSON.encode(users.map(UserFound.init)))
        },
    ]
}

/// How far a token is to reach that a login makes.
private struct Narrowing: Decodable {
    let abilities: [Ability]?
    let projects: [Project.ID]?
    let expiresAt: Timestamp?

    func token(named name: String) -> CreateToken {
        CreateToken(name: name, abilities: abilities, projects: projects, expiresAt: expiresAt)
    }
}
