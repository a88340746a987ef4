// In which order things stand, and between which neighbours a moved card goes.

/** By position; by age where two positions are the same. */
export function byPosition(a, b) {
    return a.position - b.position || byAge(a, b);
}

/** Ids begin with the time of their making. */
export function byAge(a, b) {
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** A column's cards as they are shown. */
export function cardsOf(column, cards) {
    return [...cards].filter((card) => card.columnId === column.id).sort(byPosition);
}

/** @returns {Map} the cards of each column, as they are shown, by the column's id */
export function byColumn(cards) {
    const columns = new Map();
    for (const card of cards) {
        if (!columns.has(card.columnId)) columns.set(card.columnId, []);
        columns.get(card.columnId).push(card);
    }
    for (const column of columns.values()) column.sort(byPosition);
    return columns;
}

/**
 * The words for `cards.move` that put a card at `index` among `others` (the column's cards without it). The end of a
 * column is told by its last card, so that a card that somebody adds meanwhile stays behind ours.
 */
export function placeAt(others, index) {
    const next = others[index];
    if (next) return { before: next.id };
    const last = others.at(-1);
    return last ? { after: last.id } : {};
}

/**
 * Has a card put at `index` among `others`. A neighbour that somebody has moved on meanwhile (NEIGHBOUR_MOVED), or deleted,
 * is no place: then the next one is asked for, and in the end the column's end.
 * @param {(place: object) => Promise} move `cards.move` with these words
 */
export async function movedTo(others, index, move) {
    let [left, at] = [others, index];
    for (;;) {
        const place = placeAt(left, at);
        try {
            return await move(place);
        } catch (error) {
            const missing = place.before ?? place.after;
            if (error.code !== 'NEIGHBOUR_MOVED' || !missing) throw error;
            left = left.filter(({ id }) => id !== missing);
            at = Math.min(at, left.length);
        }
    }
}

/** The position that the hub is going to give, near enough to show the card there before it has answered. */
export function positionAt(others, index) {
    const previous = others[index - 1];
    const next = others[index];
    if (previous && next) return (previous.position + next.position) / 2;
    if (next) return next.position - 1;
    return previous ? previous.position + 1 : 0;
}
