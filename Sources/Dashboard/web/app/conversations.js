// Conversations that change nothing: a card's task that is refined, and the project's assistant. Their words are a run's.

import { button, field, openDialog } from './controls.js';
import { h, setText, show } from './dom.js';
import { partsOf } from './run-request.js';
import { isActive, isSettled } from './run-rules.js';

const storageKey = 'roost.provider';

/** @returns the open one about a card, or without a card the project's assistant */
export function openConversation(replica, cardId) {
    const kind = cardId ? 'plan' : 'assistant';
    return [...replica.of('session').values()].find(
        (session) => session.status === 'open' && session.kind === kind && session.cardId === cardId,
    );
}

/** @returns the conversation that a run is of, as far as the page knows of it */
export function conversationOf(replica, run) {
    if (!run?.purpose) return undefined;
    return [...replica.of('session').values()].find(({ runId }) => runId === run.id);
}

/** Goes to the conversation, or asks how it is to begin. */
export function enterConversation(page, replica, project, card) {
    const go = ({ runId }) => page.go({ project: page.route.project, card: card?.id, run: runId });
    const open = openConversation(replica, card?.id);
    if (open) return go(open);
    const agents = page.providers.filter(({ id, available }) => available && !partsOf(id).includes('command'));
    const last = localStorage.getItem(storageKey);
    const provider = h(
        'select',
        { name: 'provider', 'data-testid': 'session-provider' },
        agents.map(({ id }) => h('option', { value: id }, id)),
    );
    if (agents.some(({ id }) => id === last)) provider.value = last;
    openDialog({
        title: card ? 'Refine this task' : 'Ask the project’s assistant',
        submit: card ? 'Begin' : 'Ask',
        body: [
            field('Agent', provider, 'It reads the repository. Whatever it changes is put back.'),
            field(
                card ? 'What matters to you' : 'Your question',
                h('textarea', {
                    name: 'text',
                    rows: 4,
                    required: !card,
                    'data-testid': 'session-text',
                    placeholder: card ? 'Nothing in particular' : '',
                }),
            ),
        ],
        onsubmit: async (form) => {
            const text = form.get('text').trim();
            go(
                await page.hub.call('sessions.create', {
                    project: project.id,
                    kind: card ? 'plan' : 'assistant',
                    provider: form.get('provider'),
                    ...(card && { cardId: card.id }),
                    ...(text && { text }),
                }),
            );
        },
    });
}

/** What stands over the composer of a conversation: the task as it would be, and its ends. */
export class ConversationBar {
    #page;
    #session = null;
    #card = null;
    #proposal;
    #accept;
    #end;
    #note;

    constructor(page) {
        this.#page = page;
        this.#note = h('p', { class: 'muted' });
        this.#proposal = h('pre', { class: 'proposal', tabindex: '0', 'data-testid': 'proposal' });
        this.#accept = button({
            label: 'Use this task',
            icon: 'check',
            kind: 'primary',
            'data-testid': 'accept-session',
            onclick: () => this.#edit(),
        });
        this.#end = button({
            label: 'End',
            icon: 'close',
            kind: 'quiet',
            'data-testid': 'cancel-session',
            onclick: () => this.#page.call('sessions.cancel', { session: this.#session.id }),
        });
        this.element = h(
            'div',
            { class: 'conversation-bar' },
            this.#note,
            this.#proposal,
            h('div', { class: 'conversation-ends' }, this.#accept, this.#end),
        );
    }

    update(session, run, card) {
        show(this.element, Boolean(run?.purpose));
        if (!run?.purpose) return;
        [this.#session, this.#card] = [session, card];
        const isOpen = session?.status === 'open';
        setText(this.#note, noteOf(session, run));
        show(this.#proposal, Boolean(session?.proposal));
        setText(this.#proposal, session?.proposal ? session.proposal + (session.truncated ? '…' : '') : '');
        show(this.#accept, isOpen && Boolean(session.proposal && card));
        this.#accept.disabled = isActive(run) || run.status === 'queued';
        show(this.#end, isOpen);
    }

    /** The last word is the person's. */
    async #edit() {
        const card = this.#card;
        const session = await this.#page.whole(this.#session);
        if (!session) return;
        openDialog({
            title: 'Use this task',
            submit: 'Give it to the card',
            body: field('The card’s task', h('textarea', { name: 'prompt', rows: 14, required: true }, session.proposal)),
            onsubmit: (form) =>
                this.#page.hub.call('sessions.accept', {
                    session: session.id,
                    prompt: form.get('prompt').replaceAll('\r\n', '\n'),
                    cardVersion: card.version,
                }),
        });
    }
}

export function noteOf(session, run) {
    if (session?.status === 'accepted') return 'The card has the refined task.';
    if (session?.status === 'cancelled') return 'This conversation has ended.';
    if (run.purpose === 'summary') return 'A run that was summed up asked for this.';
    if (run.purpose === 'assistant') return 'The project’s assistant reads the repository and changes nothing.';
    return session?.proposal ? 'The task as it would be:' : isSettled(run) ? 'No task was proposed yet.' : 'The task is being refined.';
}
