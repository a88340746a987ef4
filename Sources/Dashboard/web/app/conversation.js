// What was said and done in a run, live.

import { busy, button } from './controls.js';
import { h, icon, KeyedList, setText, show } from './dom.js';
import { createEntry, updateEntry } from './entry-view.js';
import { count } from './format.js';

/** The hub's largest page. */
const olderPageCount = 200;

/**
 * Entries are laid out in groups of so many, and a group out of sight costs nothing (entries.css). One entry each would
 * have the browser watch thousands of places.
 */
const groupEntryCount = 50;

/** So near to the end counts as reading the end. */
const bottomPx = 48;

export class Conversation {
    #page;
    #scroller;
    #groups;
    #older;
    #toEnd;
    #empty;
    #replica = null;
    #run = null;
    /** New entries pull the view along only while the reader is at the end. */
    #isFollowing = true;
    #lastTop = 0;

    constructor(page) {
        this.#page = page;
        const list = h('div', { class: 'entries', role: 'log', 'aria-label': 'Conversation' });
        this.#groups = new KeyedList(list, {
            key: ({ number }) => number,
            same: (a, b) =>
                a.items.length === b.items.length && a.items.every((item, place) => item === b.items[place]),
            create: () => createGroup(),
            update: (element, { items }) => element.list.show(items),
        });
        this.#older = button({
            label: '',
            kind: 'quiet',
            class: 'button quiet older',
            'data-testid': 'older',
            onclick: () => this.#loadOlder(),
        });
        this.#empty = h('p', { class: 'panel-empty' });
        this.#scroller = h(
            'div',
            {
                class: 'scroller',
                tabindex: '0',
                'aria-label': 'Conversation',
                onscroll: () => this.#scrolled(),
            },
            this.#older,
            this.#empty,
            list,
        );
        this.#toEnd = h(
            'button',
            { type: 'button', class: 'to-end', hidden: true, onclick: () => this.#follow() },
            icon('down'),
            'Latest',
        );
        this.element = h('div', { class: 'conversation' }, this.#scroller, this.#toEnd);
        new ResizeObserver(() => this.#keepEnd()).observe(list);
        new ResizeObserver(() => this.#keepEnd()).observe(this.#scroller);
    }

    update(replica, run) {
        if (replica !== this.#replica) {
            this.#replica = replica;
            this.#isFollowing = true;
        }
        this.#run = run;
        const items = entriesOf(replica);
        this.#groups.show(groupsOf(items));
        const missing = items[0]?.index ?? 0;
        show(this.#older, missing > 0);
        if (missing > 0) setText(this.#older.lastElementChild, `Show earlier entries (${count(missing)} more)`);
        show(this.#empty, items.length === 0);
        setText(this.#empty, emptyText(replica, run));
        show(this.#toEnd, !this.#isFollowing);
        this.#keepEnd();
    }

    #keepEnd() {
        if (this.#isFollowing) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }

    /** Only going up lets go of the end: growth below the view is not the reader's doing. */
    #scrolled() {
        const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
        if (scrollHeight - scrollTop - clientHeight < bottomPx) this.#isFollowing = true;
        else if (scrollTop < this.#lastTop - 1) this.#isFollowing = false;
        this.#lastTop = scrollTop;
        show(this.#toEnd, !this.#isFollowing);
    }

    #follow() {
        this.#isFollowing = true;
        this.#keepEnd();
        show(this.#toEnd, false);
    }

    async #loadOlder() {
        const replica = this.#replica;
        const first = entriesOf(replica)[0].index;
        // A page begins behind the entry that its cursor names.
        const after = first - olderPageCount - 1;
        const page = { limit: Math.min(olderPageCount, first), ...(after >= 0 && { cursor: String(after) }) };
        const entries = await busy(this.#older, this.#page.call('runs.entries', { run: this.#run.id, ...page }));
        if (!entries || replica !== this.#replica) return;
        this.#isFollowing = false;
        // What the reader looks at stays where it is.
        const anchor = this.#groups.element(groupNumber(first)).list.element(first);
        const before = anchor.getBoundingClientRect().top;
        replica.addOlder(entries);
        this.#page.render();
        this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    }
}

function groupNumber(index) {
    return Math.floor(index / groupEntryCount);
}

function groupsOf(items) {
    const groups = new Map();
    for (const item of items) {
        const number = groupNumber(item.index);
        if (!groups.has(number)) groups.set(number, { number, items: [] });
        groups.get(number).items.push(item);
    }
    return [...groups.values()];
}

function createGroup() {
    const element = h('div', { class: 'entry-group' });
    element.list = new KeyedList(element, { key: ({ index }) => index, create: createEntry, update: updateEntry });
    return element;
}

function emptyText(replica, run) {
    if (replica.refusal) return replica.refusal.message;
    if (!replica.isLoaded) return 'Loading…';
    if (run?.status === 'queued') return 'Waiting for its turn. What the agent says will appear here.';
    if (run?.status === 'draft') return 'Not started yet.';
    return run?.status === 'running' ? 'The agent is starting…' : 'Nothing was said.';
}

/** The entries in their order, with what is being typed put in its place. */
export function entriesOf(replica) {
    const items = [...replica.entries.values()];
    if (replica.typing.size > 0) {
        const byIndex = new Map(items.map((entry, place) => [entry.index, place]));
        for (const typed of replica.typing.values()) {
            const place = byIndex.get(typed.index);
            const entry = items[place] ?? { index: typed.index, content: { kind: typed.kind, text: '' } };
            const content = { ...entry.content, text: (entry.content.text ?? '') + typed.text };
            items[place ?? items.length] = { ...entry, content, isTyping: true };
        }
    }
    return items.sort((a, b) => a.index - b.index);
}
