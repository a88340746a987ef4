// The page's copy of one channel's state: the client's store, and what only a page wants to know.

import { Store } from '../roost.js';

export class Replica extends Store {
    #changed;

    /** @param {() => void} changed called after every change, and cheap enough for that */
    constructor(changed = () => {}) {
        super();
        this.#changed = changed;
        /** Why there will be no snapshot, or no more events. */
        this.refusal = null;
        this.entriesTotal = 0;
        /** Text that is still being written, by its entry's index: it may have holes, until the entry is told whole. */
        this.typing = new Map();
    }

    get projects() {
        return this.of('project');
    }

    get boards() {
        return this.of('board');
    }

    get columns() {
        return this.of('column');
    }

    get cards() {
        return this.of('card');
    }

    get runs() {
        return this.of('run');
    }

    get entries() {
        return this.of('entry');
    }

    get approvals() {
        return this.of('approval');
    }

    apply(change) {
        // What was typed while we were away is not sent again; half a sentence would be wrong.
        if (change.kind === 'snapshot' || change.kind === 'joined') this.typing.clear();
        if (change.kind === 'gap' && change.isFinal) this.refusal = new Error('This may not be seen any more.');
        if (change.kind === 'passing' && change.type === 'entry.delta') this.#typed(change.data);
        super.apply(change);
        if (change.kind === 'snapshot') {
            this.entriesTotal = change.data.entriesTotal ?? 0;
            this.refusal = null;
        }
        this.#changed();
    }

    #typed({ index, kind, text }) {
        const before = this.typing.get(index)?.text ?? '';
        this.typing.set(index, { index, kind, text: before + text });
    }

    put(thing) {
        super.put(thing);
        if (thing?.index === undefined) return;
        this.typing.delete(thing.index);
        this.entriesTotal = Math.max(this.entriesTotal, thing.index + 1);
    }

    /** There is no such channel, or none for us. */
    refused(error) {
        this.refusal = error;
        this.#changed();
    }

    /** Entries from before the snapshot's window, read on demand. What is here already is newer. */
    addOlder(entries) {
        for (const entry of entries) {
            if (!this.entries.has(entry.id)) this.put(entry);
        }
        this.#changed();
    }
}
