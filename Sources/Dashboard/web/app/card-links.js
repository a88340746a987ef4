// What cards have to do with one another: which wait, which are parts of others, which are put off.

const over = ['done', 'cancelled'];

export function isOver(card) {
    return over.includes(card.status);
}

/** @param {Map} cards by id  @returns those that a card waits for and that are not over */
export function blockers(card, cards) {
    return (card.blockedBy ?? []).map((id) => cards.get(id)).filter((other) => other && !isOver(other));
}

/** @returns {Map} by id of the card that they are parts of: `{done, total}` */
export function partCounts(cards) {
    const counts = new Map();
    for (const card of cards) {
        if (!card.parentId) continue;
        const count = counts.get(card.parentId) ?? { done: 0, total: 0 };
        count.total += 1;
        if (isOver(card)) count.done += 1;
        counts.set(card.parentId, count);
    }
    return counts;
}

/** @returns what is said of a card that is put off, or null */
export function deferralText(card) {
    if (!card.deferred) return null;
    if (card.deferred.until) return `Put off until ${shownTime(card.deferred.until)}`;
    return card.deferred.whenUnblocked ? 'Put off until nothing is in its way' : 'Put off';
}

/** What a card on the board says of others, as short as there is room for. */
export function tieTexts(card, cards, parts) {
    const waiting = blockers(card, cards);
    const parent = cards.get(card.parentId);
    return [
        deferralText(card),
        waiting.length === 1 ? `Waits for ${waiting[0].title}` : waiting.length > 1 && `Waits for ${waiting.length} cards`,
        parent && `Part of ${parent.title}`,
        parts && `${parts.done}/${parts.total} parts`,
    ].filter(Boolean);
}

/** The value of a `datetime-local` input, in the time of whoever looks. */
export function localTime(text) {
    const time = new Date(text);
    return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function shownTime(text) {
    return new Date(text).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
