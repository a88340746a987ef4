/// Who goes first when more processes are wanted than may run at once.
package enum Urgency: Sendable, Hashable {
    /// Somebody waits for it.
    case interactive
    case background
}
