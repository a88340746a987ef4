import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleApproval: JSONValue = "apr_01JD6Z5Z0A0000000000000000"

    static let approvals: [Operation] = [
        Operation(
            "approvals.list", .get("/api/projects/{project}/approvals"),
            summary: "Lists a project's questions in the order of their asking.",
            input: [
                .subject(Project.self), .optional("runId", .id(Run.self)),
                .optional("status", .choice(of: Approval.Status.self)), .cursor(of: Approval.self), .limit(),
            ], output: .array(.approval, max: nil), ability: .projectRead,
            example: ["project": "website", "status": "pending"]
        ) { call in
            let after = call.cursor(Approval.self)
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let rows = try reader.approvals(
                    of: project, run: call.optionalID("runId"), status: call.choice("status"), after: after,
                    limit: call.limit + 1, as: Stored<Approval>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) { $0.id.rawValue }
            }
        },
        Operation(
            "approvals.get", .get("/api/approvals/{approval}"), summary: "Shows a question.",
            input: [.subject(Approval.self)], output: .approval, ability: .projectRead,
            example: ["approval": exampleApproval]
        ) { call in
            let id: Approval.ID = try call.id()
            return try await call.read { reader in
                let approval = try reader.required(id)
                return try .entity(approval, at: reader.position(of: approval))
            }
        },
        Operation(
            "approvals.answer", .post("/api/approvals/{approval}/answer"),
            summary: "Answers a question. The first answer wins; a later one gets 409 with the first.",
            input: [.subject(Approval.self)] + Schema.answerFields, output: .approval, ability: .approvalAnswer,
            events: [.approvalResolved, .policyUpdated, .runUpdated],
            example: ["approval": exampleApproval, "decision": "deny", "reason": "Not on a Friday."]
        ) { call in
            let input = try call.decode(AnswerApproval.self)
            try await call.mayAnswer(input, about: .approval)
            return try .changed(await call.engine.answerApproval(try call.id(), input, by: call.actor))
        },
    ]
}

extension OperationCall {
    /// A decision that becomes a rule of the project is a change of the project.
    func mayAnswer(_ input: AnswerApproval, about kind: EntityKind) async throws {
        guard input.scope == .always else { return }
        try await hub.authorize(.projectWrite, on: kind, text(kind.rawValue) ?? "", for: caller, "scope `always`")
    }
}
