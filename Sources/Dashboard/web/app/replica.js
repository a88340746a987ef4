// The page's copy of one channel's state.
//
// Events carry the whole entity after the change, so keeping up is the same for every kind of thing: put it under its
// id, or remove it. A channel's copy is fed by that channel alone, so nothing is ever applied out of order, and a new
// snapshot replaces all of it.

/** The tables by the prefix of the ids in them. */
const tableOfPrefix = {
    prj: 'projects',
    brd: 'boards',
    col: 'columns',
    crd: 'cards',
    run: 'runs',
    prc: 'processes',
    ent: 'entries',
    apr: 'approvals',
};

function tableOf(id) {
    return tableOfPrefix[id.slice(0, id.indexOf('_'))];
}

export class Replica {
    /** @param {() => void} changed called after every change, and cheap enough for that */
    constructor(changed = () => {}) {
        this.changed = changed;
        /** Whether a snapshot has come: before that, "nothing there" means "not known". */
        this.loaded = false;
        /** Why there will be no snapshot. */
        this.refusal = null;
        this.entriesTotal = 0;
        /** Who watches, by the user's id, and how many in all. */
        this.viewers = new Map();
        this.viewersTotal = 0;
        this.#clear();
    }

    #clear() {
        for (const table of Object.values(tableOfPrefix)) this[table] = new Map();
        /** Text that is still being written, by its entry's index: it may have holes, until the entry is told whole. */
        this.typing = new Map();
    }

    // What the client's subscription calls.

    snapshot(data) {
        this.#clear();
        for (const member of Object.values(data)) {
            for (const entity of Array.isArray(member) ? member : [member]) {
                if (entity?.id) this.#put(entity);
            }
        }
        this.entriesTotal = data.entriesTotal ?? 0;
        this.loaded = true;
        this.refusal = null;
        this.changed();
    }

    event({ type, data }) {
        if (type.endsWith('.deleted')) {
            this[tableOf(data.id)]?.delete(data.id);
        } else {
            this.#put(data);
        }
        this.changed();
    }

    transient({ type, data }) {
        if (type === 'entry.delta') {
            const { text = '' } = this.typing.get(data.index) ?? {};
            this.typing.set(data.index, { index: data.index, kind: data.kind, text: text + data.text });
        } else if (type.startsWith('presence.')) {
            this.#watched(type, data);
        }
        this.changed();
    }

    #watched(type, { viewers, viewersTotal }) {
        this.viewersTotal = viewersTotal;
        if (type === 'presence.listed') this.viewers.clear();
        for (const viewer of viewers) {
            if (type === 'presence.left') this.viewers.delete(viewer.user.id);
            else this.viewers.set(viewer.user.id, viewer);
        }
    }

    joined({ viewers = [], viewersTotal = 0 }) {
        // What was typed while we were away is not sent again; half a sentence would be wrong.
        this.typing.clear();
        this.#watched('presence.listed', { viewers, viewersTotal });
        this.changed();
    }

    refused(problem) {
        this.refusal = problem;
        this.changed();
    }

    /** Entries from before the snapshot's window, read on demand. What is here already is newer. */
    addOlder(entries) {
        for (const entry of entries) {
            if (!this.entries.has(entry.id)) this.entries.set(entry.id, entry);
        }
        this.changed();
    }

    #put(entity) {
        const table = this[tableOf(entity.id)];
        if (!table) return;
        if (table === this.entries) {
            this.typing.delete(entity.index);
            this.entriesTotal = Math.max(this.entriesTotal, entity.index + 1);
        }
        table.set(entity.id, entity);
    }
}
