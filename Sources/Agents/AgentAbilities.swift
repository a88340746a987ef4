/// What can be done with an agent over the interface that is spoken with it.
package struct AgentAbilities: Codable, Sendable, Equatable {
    /// It goes on with a conversation in another process.
    package var resume = false
    /// It hears people while it works.
    package var messages = false
    /// It asks before it acts, and hears the answer.
    package var approvals = false
    /// It asks people what they want.
    package var questions = false
    /// Its plan can be revised before it begins.
    package var plans = false
    /// It can be told to stop without being ended.
    package var interrupt = false
    /// It takes servers of tools that a run or a profile names.
    package var mcpServers = false
    /// It tells tokens, and what they cost.
    package var usage = false
    package var cost = false
    /// It is shown images themselves; others are told where they are.
    package var images = false

    package init(
        resume: Bool = false, messages: Bool = false, approvals: Bool = false, questions: Bool = false,
        plans: Bool = false, interrupt: Bool = false, mcpServers: Bool = false, usage: Bool = false, cost: Bool = false,
        images: Bool = false
    ) {
        self.images = images
        (self.resume, self.messages, self.approvals) = (resume, messages, approvals)
        (self.questions, self.plans, self.interrupt) = (questions, plans, interrupt)
        (self.mcpServers, self.usage, self.cost) = (mcpServers, usage, cost)
    }
}
