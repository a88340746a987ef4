import Engine
import Journal
import Model
import Wire

extension OperationTable {
    static let policies: [Operation] = [
        Operation(
            "policies.get", .get("/api/projects/{project}/policy"),
            summary: "Shows what agents may do in a project without asking.", input: [.subject(Project.self)],
            output: .policy, ability: .projectRead, example: ["project": "website"]
        ) { call in
            try await call.read { reader in
                let project: Project = try reader.required(try reader.projectID(call.text("project") ?? ""))
                let policy = try reader.policy(of: project)
                return try .entity(policy, at: reader.position(of: policy))
            }
        },
        Operation(
            "policies.update", .patch("/api/projects/{project}/policy"),
            summary: "Changes what agents may do in a project; open questions that are decided by it are answered.",
            input: [
                .subject(Project.self), .optional("allow", .globs), .optional("deny", .globs),
                .optional("autoApprove", .boolean), .optional("autoApproveWeb", .boolean),
                .optional("allowHost", .boolean), .optional("requireReview", .boolean),
                .optional("autoGitPush", .boolean), .version,
            ], output: .policy, ability: .projectWrite, rateGroup: .settings,
            events: [.policyUpdated, .approvalResolved],
            example: ["project": "website", "allow": ["Read", "Bash: git status*"]]
        ) { call in
            try .changed(
                await call.engine.updatePolicy(
                    of: try await call.projectID(), call.decode(UpdatePolicy.self), by: call.actor))
        },
        Operation(
            "policies.evaluate", .get("/api/projects/{project}/policy/ruling"),
            summary: "Tells what the policy would decide about a question, without asking it.",
            input: [
                .subject(Project.self), .required("type", .choice(of: Approval.Kind.self)),
                .required("tool", .title, "The agent's own name of it."),
                .required("text", .message, "What it is about: the command, the address, the path."),
            ], output: .policyRuling, ability: .projectRead,
            example: ["project": "website", "type": "command", "tool": "Bash", "text": "git status"]
        ) { call in
            let project = try await call.projectID()
            let ruling = try await call.engine.evaluatePolicy(
                of: project, call.decode(EvaluatePolicy.self).subject)
            let position = try await call.read { try $0.position(of: .project(project)) }
            return OperationAnswer(
                data: try ruling.map { try WireJSON.encode($0) } ?? Array("{}".utf8), position: position)
        },
    ]
}
