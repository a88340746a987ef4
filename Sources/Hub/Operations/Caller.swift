package import Model

/// Who asks, and what he may do.
package struct Caller: Sendable {
    package let actor: Actor
    package let abilities: Set<Ability>

    package init(actor: Actor, abilities: Set<Ability>) {
        self.actor = actor
        self.abilities = abilities
    }

    /// Whoever sits at this machine: without users, loopback may do everything.
    package static let local = Caller(actor: .local, abilities: Set(Ability.allCases))

    package func may(_ ability: Ability?) -> Bool { ability.map(abilities.contains) ?? true }
}
