// A card's own words, its runs, and the start of another.

import { button, diffStats, field, openDialog, setStatusChip, statusChip } from './controls.js';
import { fromTree, h, KeyedList, setAttribute, setChildren, setText, show } from './dom.js';
import { blockers, deferralText, isOver, localTime } from './card-links.js';
import { relativeTime, runStatusLabel, usageLine } from './format.js';
import { markdown } from './markdown.js';
import { enterConversation, openConversation } from './conversations.js';
import { byAge } from './order.js';
import { formatRoute } from './route.js';
import { RunForm } from './run-form.js';

const choicesMax = 200;

const deferrals = [
    ['no', 'No'],
    ['hand', 'Until somebody activates it'],
    ['unblocked', 'Until what it waits for is done'],
    ['until', 'Until a time'],
];

function deferralOf(form) {
    const time = form.get('until');
    switch (form.get('deferred')) {
        case 'hand':
            return {};
        case 'unblocked':
            return { whenUnblocked: true };
        case 'until':
            return time ? { until: new Date(time).toISOString() } : {};
        default:
            return null;
    }
}

const named = ({ id, title, status }) => [id, title, status];

/** With commas between them. */
function listed(nodes) {
    return nodes.flatMap((node, index) => (index > 0 ? [', ', node] : [node]));
}

export class TaskPanel {
    #page;
    #card = null;
    #cards = new Map();
    #replica = null;
    #refine;
    #tieKey = null;
    #ties;
    #prompt;
    #labels;
    #runs;
    #runsHead;
    #runForm;

    constructor(page) {
        this.#page = page;
        this.#prompt = h('div', { class: 'prose' });
        this.#labels = h('ul', { class: 'labels', 'aria-label': 'Labels' });
        this.#ties = h('ul', { class: 'ties', 'data-testid': 'task-ties' });
        this.#runForm = new RunForm(page);
        this.#runsHead = h('h3', {}, 'Runs');
        const runs = h('ul', { class: 'run-list' });
        this.#runs = new KeyedList(runs, {
            key: ({ run }) => run.id,
            same: (a, b) => a.run === b.run && a.route.run === b.route.run,
            create: createRun,
            update: updateRun,
        });
        this.#refine = button({
            label: 'Refine',
            icon: 'thought',
            kind: 'quiet',
            title: 'Talk the task over with an agent that changes nothing',
            'data-testid': 'refine-card',
            onclick: () => enterConversation(this.#page, this.#replica, { id: this.#card.projectId }, this.#card),
        });
        this.element = h(
            'div',
            { class: 'task scroller' },
            this.#labels,
            this.#ties,
            this.#prompt,
            h(
                'div',
                { class: 'task-actions' },
                this.#refine,
                button({
                    label: 'Edit',
                    icon: 'edit',
                    kind: 'quiet',
                    'data-testid': 'edit-card',
                    onclick: () => this.#edit(),
                }),
                button({
                    label: 'Delete',
                    icon: 'trash',
                    kind: 'quiet',
                    'data-testid': 'delete-card',
                    onclick: () => this.#delete(),
                }),
            ),
            this.#runsHead,
            runs,
            this.#runForm.element,
        );
    }

    update(card, runs, route, replica) {
        const { cards } = replica;
        [this.#cards, this.#replica] = [cards, replica];
        setText(this.#refine.lastElementChild, openConversation(replica, card.id) ? 'Go on refining' : 'Refine');
        this.#showTies(card, route, cards);
        if (card !== this.#card) {
            this.#card = card;
            if (card.truncated) this.#complete(card);
            setChildren(this.#labels, card.labels.map((label) => h('li', { class: 'label' }, label)));
            show(this.#labels, card.labels.length > 0);
            setChildren(
                this.#prompt,
                card.prompt
                    ? markdown(card.prompt).map(fromTree)
                    : h('p', { class: 'muted' }, 'No further words: the agent is told the title.'),
            );
        }
        show(this.#runsHead, runs.length > 0);
        this.#runs.show(runs.map((run) => ({ run, route })));
        this.#runForm.update(card, this.#page.providers);
    }

    #showTies(card, route, cards) {
        const link = (other) => h('a', { href: formatRoute({ project: route.project, card: other.id }) }, other.title);
        const parent = cards.get(card.parentId);
        const waiting = blockers(card, cards);
        const parts = [...cards.values()].filter(({ parentId }) => parentId === card.id).sort(byAge);
        const key = JSON.stringify([card.id, card.version, parent?.title, waiting.map(named), parts.map(named)]);
        if (key === this.#tieKey) return;
        this.#tieKey = key;
        const activate = button({
            label: 'Activate',
            kind: 'quiet',
            'data-testid': 'activate-card',
            onclick: () => this.#page.call('cards.activate', { card: card.id }),
        });
        setChildren(
            this.#ties,
            card.deferred && h('li', {}, `${deferralText(card)} `, activate),
            card.parked && h('li', {}, 'Parked: who put it here may start no agents, so nothing begins by itself'),
            waiting.length > 0 && h('li', {}, 'Waits for ', listed(waiting.map(link))),
            parent && h('li', {}, 'Part of ', link(parent)),
            parts.length > 0 &&
                h('li', {}, `Parts (${parts.filter(isOver).length} of ${parts.length} done): `, listed(parts.map(link))),
        );
        show(this.#ties, this.#ties.children.length > 0);
    }

    /** The board is content with the beginning of a long text; who looks at the card is not. */
    async #complete(card) {
        const replica = this.#replica;
        const whole = await this.#page.whole(card);
        // What was told of it meanwhile is newer, and whole.
        if (!whole || replica.get(card.id) !== card) return;
        replica.put(whole);
        this.#page.render();
    }

    async #edit() {
        const card = await this.#page.whole(this.#card);
        if (!card) return;
        const others = this.#choices(card);
        const { deferred } = card;
        const kind = !deferred ? 'no' : deferred.until ? 'until' : deferred.whenUnblocked ? 'unblocked' : 'hand';
        const parent = h(
            'select',
            { name: 'parent' },
            [h('option', { value: '' }, 'Nothing'), ...others.map(({ id, title }) => h('option', { value: id }, title))],
        );
        parent.value = card.parentId ?? '';
        const waits = h(
            'select',
            { name: 'blockedBy', multiple: true, size: Math.min(5, Math.max(2, others.length)) },
            others.map(({ id, title }) =>
                h('option', { value: id, selected: card.blockedBy?.includes(id) ?? false }, title)
            ),
        );
        const putOff = h('select', { name: 'deferred' }, deferrals.map(([value, text]) => h('option', { value }, text)));
        putOff.value = kind;
        openDialog({
            title: 'Edit card',
            submit: 'Save',
            body: [
                field(
                    'Title',
                    h('input', {
                        name: 'title',
                        required: true,
                        maxlength: 500,
                        value: card.title,
                        autocomplete: 'off',
                    }),
                ),
                field('What is to be done', h('textarea', { name: 'prompt', rows: 10 }, card.prompt)),
                field(
                    'Labels',
                    h('input', { name: 'labels', value: card.labels.join(', '), autocomplete: 'off' }),
                    'Separated by commas.',
                ),
                others.length > 0 && field('Part of', parent),
                others.length > 0 &&
                    field('Waits for', waits, 'No run begins before these are done or given up.'),
                field('Put off', putOff),
                field(
                    'Until',
                    h('input', {
                        name: 'until',
                        type: 'datetime-local',
                        value: deferred?.until ? localTime(deferred.until) : '',
                    }),
                    'For a card that is put off until a time.',
                ),
            ],
            onsubmit: (form) =>
                this.#page.hub.call('cards.update', {
                    card: card.id,
                    version: card.version,
                    title: form.get('title').trim(),
                    prompt: form.get('prompt').replaceAll('\r\n', '\n'),
                    labels: form.get('labels').split(',').map((label) => label.trim()).filter(Boolean),
                    ...(others.length > 0 && {
                        parentId: form.get('parent') || null,
                        blockedBy: form.getAll('blockedBy'),
                    }),
                    deferred: deferralOf(form),
                }),
        });
    }

    /** Those that a card may wait for or be a part of: of its board, the open ones first, as many as can be overlooked. */
    #choices(card) {
        const chosen = new Set([card.parentId, ...(card.blockedBy ?? [])]);
        const others = [...this.#cards.values()].filter(({ id, boardId }) => id !== card.id && boardId === card.boardId);
        const rank = (other) => (chosen.has(other.id) ? 0 : isOver(other) ? 2 : 1);
        others.sort((a, b) => rank(a) - rank(b) || byAge(b, a));
        return others.slice(0, choicesMax);
    }

    #delete() {
        const card = this.#card;
        openDialog({
            title: 'Delete this card?',
            submit: 'Delete card',
            kind: 'danger',
            body: h('p', {}, `“${card.title}” is removed from the board. Branches of its runs stay in the repository.`),
            onsubmit: async () => {
                await this.#page.hub.call('cards.delete', { card: card.id });
                this.#page.go({ project: this.#page.route.project });
            },
        });
    }
}

function createRun() {
    return h(
        'li',
        {},
        h(
            'a',
            { class: 'run-link', 'data-testid': 'run-item' },
            statusChip(),
            h('span', { class: 'run-agent' }),
            h('span', { class: 'muted' }),
            h('span', { class: 'diff-stats' }),
        ),
    );
}

function updateRun(element, { run, route }) {
    const link = element.firstElementChild;
    const [chip, agent, facts, stats] = link.children;
    setAttribute(link, 'href', formatRoute({ ...route, run: run.id }));
    setAttribute(link, 'aria-current', route.run === run.id ? 'true' : null);
    setAttribute(link, 'data-id', run.id);
    setStatusChip(chip, run.status, runStatusLabel(run));
    setText(agent, run.provider);
    setText(
        facts,
        [relativeTime(run.createdAt, Date.now()), run.usage && usageLine(run.usage)].filter(Boolean).join(' · '),
    );
    setChildren(stats, run.diff?.filesChanged ? diffStats(run.diff) : null);
}
