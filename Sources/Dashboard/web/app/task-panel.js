// A card's own words, its runs, and the start of another.

import { button, diffStats, field, openDialog, setStatusChip, statusChip } from './controls.js';
import { fromTree, h, KeyedList, setAttribute, setChildren, setText, show } from './dom.js';
import { relativeTime, runStatusLabel, usageLine } from './format.js';
import { markdown } from './markdown.js';
import { formatRoute } from './route.js';
import { RunForm } from './run-form.js';

export class TaskPanel {
    #page;
    #card = null;
    #prompt;
    #labels;
    #runs;
    #runsHead;
    #runForm;

    constructor(page) {
        this.#page = page;
        this.#prompt = h('div', { class: 'prose' });
        this.#labels = h('ul', { class: 'labels', 'aria-label': 'Labels' });
        this.#runForm = new RunForm(page);
        this.#runsHead = h('h3', {}, 'Runs');
        const runs = h('ul', { class: 'run-list' });
        this.#runs = new KeyedList(runs, {
            key: ({ run }) => run.id,
            same: (a, b) => a.run === b.run && a.route.run === b.route.run,
            create: createRun,
            update: updateRun,
        });
        this.element = h(
            'div',
            { class: 'task scroller' },
            this.#labels,
            this.#prompt,
            h(
                'div',
                { class: 'task-actions' },
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

    update(card, runs, route) {
        if (card !== this.#card) {
            this.#card = card;
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

    #edit() {
        const card = this.#card;
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
            ],
            onsubmit: (form) =>
                this.#page.hub.call('cards.update', {
                    card: card.id,
                    version: card.version,
                    title: form.get('title').trim(),
                    prompt: form.get('prompt').replaceAll('\r\n', '\n'),
                    labels: form.get('labels').split(',').map((label) => label.trim()).filter(Boolean),
                }),
        });
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
