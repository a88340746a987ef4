// Where the agent is told something more.

import { busy, button } from './controls.js';
import { h, show } from './dom.js';
import { allowedVerbs, isActive } from './run-rules.js';
import { SlashCommands } from './slash-commands.js';

export class Composer {
    #page;
    #run = null;
    #session = null;
    #drafts = new Map();
    #input;
    #commands;
    #send;

    constructor(page) {
        this.#page = page;
        this.#input = h('textarea', {
            rows: 1,
            'data-testid': 'message-input',
            'aria-label': 'Message to the agent',
            enterkeyhint: 'send',
            oninput: () => this.#fit(),
            onkeydown: (event) => {
                if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
                event.preventDefault();
                this.element.requestSubmit();
            },
        });
        this.#send = button({
            label: 'Send',
            icon: 'send',
            kind: 'primary',
            iconOnly: true,
            type: 'submit',
            'data-testid': 'send',
        });
        this.#commands = new SlashCommands(page, this.#input);
        this.element = h(
            'form',
            { class: 'composer', onsubmit: (event) => this.#submit(event) },
            this.#commands.element,
            this.#input,
            this.#send,
        );
    }

    /** @param {object} [session] the conversation that the run is of */
    update(run, session) {
        this.#session = session ?? null;
        show(this.element, Boolean(run));
        if (!run) return;
        if (run.id !== this.#run?.id) {
            if (this.#run) this.#drafts.set(this.#run.id, this.#input.value);
            this.#input.value = this.#drafts.get(run.id) ?? '';
            this.#run = run;
            this.#fit();
        }
        this.#run = run;
        this.#commands.update(run.projectId);
        const isAllowed = allowedVerbs(run).has('message') && (!run.purpose || session?.status === 'open');
        this.#input.disabled = !isAllowed;
        if (!this.#send.hasAttribute('aria-busy')) this.#send.disabled = !isAllowed;
        this.#input.placeholder = !isAllowed
            ? (run.status === 'queued' ? 'Waits for its turn…' : 'It has ended.')
            : isActive(run)
            ? 'Message the agent…'
            : 'Go on with a message…';
    }

    async #submit(event) {
        event.preventDefault();
        const text = this.#input.value.trim();
        if (!text || this.#send.disabled) return;
        const sent = this.#session
            ? this.#page.call('sessions.message', { session: this.#session.id, text })
            : this.#page.call('runs.message', { run: this.#run.id, text });
        const reply = await busy(this.#send, sent);
        if (reply === null || this.#input.value.trim() !== text) return;
        this.#input.value = '';
        this.#fit();
    }

    /** As high as what is written, up to the limit in the style sheet. */
    #fit() {
        this.#input.style.height = 'auto';
        this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    }
}
