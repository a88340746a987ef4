// The right side: a card with its runs. Which parts there are, and which is in front.

import { button, setOptions } from './controls.js';
import { Approvals } from './approvals.js';
import { pendingApprovals } from './board-view.js';
import { ChangesPanel } from './changes-panel.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { ConversationBar, conversationOf } from './conversations.js';
import { h, setAttribute, setChildren, setText, show } from './dom.js';
import { cardStatusLabels, runStatusLabel } from './format.js';
import { liveState } from './live-state.js';
import { byAge, byPosition } from './order.js';
import { RunBar } from './run-bar.js';
import { TaskPanel } from './task-panel.js';

const tabNames = ['task', 'conversation', 'changes'];

export class Drawer {
    #page;
    #root;
    #title;
    #cardStatus;
    #column;
    #runSelect;
    #tabs = new Map();
    #panels;
    #tab = 'task';
    #card = null;
    #shownKey = null;
    #openedFrom = null;
    #message;
    #frame;

    /** @param {(cardId: string, columnId: string) => void} moveCard */
    constructor(page, root, moveCard) {
        this.#page = page;
        this.#root = root;
        this.#title = h('h2', { id: 'drawer-title', tabindex: '-1' });
        this.#cardStatus = h('span', { class: 'card-status' });
        this.#column = h('select', {
            'data-testid': 'column-select',
            onchange: () => moveCard(this.#card.id, this.#column.value),
        });
        this.#runSelect = h('select', {
            'aria-label': 'Run',
            'data-testid': 'run-select',
            onchange: () => page.go({ ...page.route, run: this.#runSelect.value }),
        });
        this.#panels = {
            task: new TaskPanel(page),
            conversation: new Conversation(page),
            changes: new ChangesPanel(page),
        };
        this.runBar = new RunBar(page);
        this.approvals = new Approvals(page);
        this.composer = new Composer(page);
        this.conversationBar = new ConversationBar(page);
        this.#message = h('p', { class: 'panel-empty' });
        this.#frame = this.#createFrame();
        root.append(
            h(
                'header',
                { class: 'drawer-head' },
                h(
                    'div',
                    { class: 'drawer-title-line' },
                    this.#title,
                    button({
                        label: 'Close',
                        icon: 'close',
                        kind: 'quiet',
                        iconOnly: true,
                        'data-testid': 'close-drawer',
                        onclick: () => this.#close(),
                    }),
                ),
                h(
                    'div',
                    { class: 'drawer-facts' },
                    h('label', {}, 'Column', this.#column),
                    this.#cardStatus,
                    this.#runSelect,
                ),
            ),
            this.#message,
            ...this.#frame,
        );
        root.addEventListener('keydown', (event) => {
            if (event.key === 'Escape' && !event.defaultPrevented) this.#close();
        });
    }

    #createFrame() {
        const labels = { task: 'Task', conversation: 'Conversation', changes: 'Changes' };
        for (const name of tabNames) {
            const panel = this.#panels[name].element;
            panel.id = `panel-${name}`;
            panel.setAttribute('role', 'tabpanel');
            panel.setAttribute('aria-labelledby', `tab-${name}`);
            this.#tabs.set(
                name,
                h(
                    'button',
                    {
                        type: 'button',
                        role: 'tab',
                        id: `tab-${name}`,
                        'aria-controls': `panel-${name}`,
                        'data-testid': name === 'changes' ? 'diff-tab' : `${name}-tab`,
                        onclick: () => this.#select(name),
                    },
                    labels[name],
                    name === 'changes' && h('span', { class: 'tab-count' }),
                ),
            );
        }
        const tabs = h('div', {
            class: 'tabs',
            role: 'tablist',
            'aria-label': 'Parts of the card',
            onkeydown: (event) => this.#tabKey(event),
        }, ...this.#tabs.values());
        const panels = tabNames.map((name) => this.#panels[name].element);
        return [this.runBar.element, tabs, ...panels, this.approvals.element, this.conversationBar.element, this.composer.element];
    }

    /** @param {object} shown `route`, `replica` (of the project), `runReplica` or null */
    update({ route, replica, runReplica }) {
        const isOpen = Boolean(route.card || route.run);
        const wasOpen = !this.#root.hidden;
        show(this.#root, isOpen);
        document.body.classList.toggle('drawer-open', isOpen);
        if (!isOpen) {
            this.#shownKey = null;
            if (wasOpen) this.#returnFocus();
            return;
        }
        const run = route.run ? runReplica?.runs.get(route.run) ?? replica.runs.get(route.run) : undefined;
        const card = replica.cards.get(route.card ?? run?.cardId);
        this.#card = card;
        const missing = this.#missing(route, replica, runReplica, card, run);
        show(this.#message, Boolean(missing));
        setText(this.#message, missing ?? '');
        for (const part of this.#frame) show(part, !missing);
        this.#showHead(card, run, replica);
        if (missing) return;
        if (card && !document.hidden) this.#page.unread.see(card);
        this.#opened(route, wasOpen, Boolean(run));
        this.#showRun(card, run, replica, runReplica, route);
    }

    #missing(route, replica, runReplica, card, run) {
        if (!replica.isLoaded) return 'Loading…';
        if (route.run && !run) {
            return runReplica?.refusal?.message ?? (runReplica?.isLoaded ? 'There is no such run.' : 'Loading…');
        }
        if (!card && !run) return 'There is no such card. It may have been deleted.';
        return null;
    }

    /** A fresh look at a card or run: the most telling part comes to the front, and the focus goes here. */
    #opened(route, wasOpen, hasRun) {
        const key = `${route.card}/${route.run}`;
        if (this.#shownKey === key) return;
        this.#shownKey = key;
        this.#tab = hasRun ? 'conversation' : 'task';
        this.#openedFrom = route.card;
        if (wasOpen && this.#root.contains(document.activeElement)) return;
        this.#title.focus({ preventScroll: true });
    }

    #showHead(card, run, replica) {
        const own = run?.purpose === 'assistant' ? 'Assistant' : run?.prompt.split('\n', 1)[0];
        setText(this.#title, card?.title ?? own ?? '');
        show(this.#cardStatus, Boolean(card));
        show(this.#column.parentElement, Boolean(card));
        if (card) {
            setText(this.#cardStatus, cardStatusLabels[card.status] ?? card.status);
            const columns = [...replica.columns.values()].filter(({ boardId }) => boardId === card.boardId).sort(
                byPosition,
            );
            setOptions(this.#column, columns.map(({ id, name }) => ({ value: id, label: name })));
            if (document.activeElement !== this.#column) this.#column.value = card.columnId;
        }
    }

    #showRun(card, run, replica, runReplica, route) {
        const runs = card
            ? [...replica.runs.values()].filter(({ cardId }) => cardId === card.id).sort(byAge).reverse()
            : [];
        show(this.#runSelect, Boolean(run) && !run.purpose && runs.length > 1);
        setOptions(
            this.#runSelect,
            runs.map((each, index) => ({
                value: each.id,
                label: `Run ${runs.length - index}: ${each.provider}, ${runStatusLabel(each)}`,
            })),
        );
        if (run) this.#runSelect.value = run.id;
        this.runBar.update(run, runReplica);
        this.#showTabs(Boolean(card), run, runReplica);
        if (this.#tab === 'task' && card) this.#panels.task.update(card, runs, route, replica);
        if (this.#tab === 'conversation') this.#panels.conversation.update(runReplica, run);
        if (this.#tab === 'changes') this.#panels.changes.update(run, runReplica);
        this.approvals.update(run && runReplica ? pendingApprovals(runReplica) : []);
        const talk = this.#tab === 'conversation' ? run : null;
        const session = conversationOf(replica, talk);
        this.conversationBar.update(session, talk, card);
        this.composer.update(talk, session, runReplica);
    }

    #showTabs(hasCard, run, runReplica) {
        const usable = tabNames.filter((name) => (name === 'task' ? hasCard : Boolean(run) && !(name === 'changes' && run.purpose)));
        if (!usable.includes(this.#tab)) this.#tab = usable[0];
        show(this.#tabs.get('task').parentElement, usable.length > 1);
        for (const name of tabNames) {
            const tab = this.#tabs.get(name);
            const isSelected = name === this.#tab;
            show(tab, usable.includes(name));
            setAttribute(tab, 'aria-selected', String(isSelected));
            setAttribute(tab, 'tabindex', isSelected ? '0' : '-1');
            show(this.#panels[name].element, isSelected);
        }
        const count = this.#tabs.get('changes').lastElementChild;
        const changed = liveState(runReplica, run?.id).diff ?? run?.diff;
        setChildren(count, changed?.filesChanged ? String(changed.filesChanged) : null);
    }

    #select(name) {
        this.#tab = name;
        this.#page.render();
    }

    #tabKey(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const usable = tabNames.filter((name) => !this.#tabs.get(name).hidden);
        this.#select(usable[(usable.indexOf(this.#tab) + step + usable.length) % usable.length]);
        this.#tabs.get(this.#tab).focus();
    }

    #close() {
        this.#page.go({ project: this.#page.route.project });
    }

    #returnFocus() {
        document.querySelector(`.card[data-id="${CSS.escape(this.#openedFrom ?? '')}"] .card-title`)?.focus({
            preventScroll: true,
        });
        this.#openedFrom = null;
    }
}
