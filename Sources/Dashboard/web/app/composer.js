// Where the agent is told something more: now, or when its turn ends. What is written and not sent is a draft of the run.

import { busy, button } from './controls.js';
import { h, setText, show } from './dom.js';
import { DraftKeeper } from './draft-keeper.js';
import { PromptFiles } from './prompt-files.js';
import { messageRequest } from './run-request.js';
import { allowedVerbs, isActive } from './run-rules.js';
import { expanded, SlashCommands } from './slash-commands.js';

export class Composer {
    #page;
    #run = null;
    #session = null;
    #draft = null;
    #input;
    #commands;
    #files;
    #send;
    #queue;
    #note;
    #noteText;

    constructor(page) {
        this.#page = page;
        this.#input = h('textarea', {
            rows: 1,
            'data-testid': 'message-input',
            'aria-label': 'Message to the agent',
            enterkeyhint: 'send',
            oninput: () => this.#typed(),
            onblur: () => this.#draft?.keep(),
            onkeydown: (event) => {
                if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
                event.preventDefault();
                this.element.requestSubmit();
            },
        });
        this.#queue = button({
            label: 'Send when the turn ends',
            icon: 'clock',
            kind: 'quiet',
            iconOnly: true,
            'data-testid': 'queue-draft',
            onclick: () => this.#enqueue(),
        });
        this.#send = button({
            label: 'Send',
            icon: 'send',
            kind: 'primary',
            iconOnly: true,
            type: 'submit',
            'data-testid': 'send',
        });
        this.#noteText = h('span', {});
        this.#note = h(
            'p',
            { class: 'draft-note', role: 'status', hidden: true, 'data-testid': 'draft-note' },
            this.#noteText,
            button({ label: 'Take back', kind: 'quiet', 'data-testid': 'unqueue-draft', onclick: () => this.#takeBack() }),
        );
        this.#commands = new SlashCommands(page, this.#input);
        this.#files = new PromptFiles(page, this.#input);
        this.element = h(
            'form',
            { class: 'composer', onsubmit: (event) => this.#submit(event) },
            this.#commands.element,
            this.#note,
            this.#files.element,
            this.#files.control,
            this.#input,
            this.#queue,
            this.#send,
        );
    }

    /**
     * @param {object} [session] the conversation that the run is of
     * @param {{of: (kind: string) => Map<string, object>} | null} [replica] of the run's channel
     */
    update(run, session, replica) {
        this.#session = session ?? null;
        show(this.element, Boolean(run));
        if (!run) return;
        if (run.id !== this.#run?.id) {
            this.#draft?.keep();
            this.#draft = new DraftKeeper(run.id, (operation, payload) => this.#page.hub.call(operation, payload));
            this.#input.value = '';
            this.#fit();
        }
        this.#run = run;
        if (replica?.isLoaded) {
            const drafts = [...replica.of('draft').values()];
            const isOther = this.#draft.told(drafts.find((draft) => draft.runId === run.id && draft.type === 'follow_up'));
            if (isOther) this.#show();
        }
        this.#commands.update(run.projectId);
        const isAllowed = allowedVerbs(run).has('message') && (!run.purpose || session?.status === 'open');
        this.#input.disabled = !isAllowed;
        this.#files.update(run, isAllowed);
        if (!this.#send.hasAttribute('aria-busy')) this.#send.disabled = !isAllowed;
        this.#input.placeholder = !isAllowed
            ? (run.status === 'queued' ? 'Waits for its turn…' : 'It has ended.')
            : isActive(run)
            ? 'Message the agent…'
            : 'Go on with a message…';
        this.#showDraft();
    }

    #showDraft() {
        const { isQueued, isContested } = this.#draft;
        // A conversation has each of its messages looked at before its agent hears it.
        show(this.#queue, isActive(this.#run) && !this.#session && !isQueued);
        show(this.#note, isQueued || isContested);
        show(this.#note.lastElementChild, isQueued);
        setText(
            this.#noteText,
            isQueued ? 'Is sent when the turn ends.' : isContested ? 'Somebody else is writing here as well.' : '',
        );
    }

    #show() {
        this.#input.value = this.#draft.text;
        this.#fit();
    }

    #typed() {
        this.#draft?.typed(this.#input.value);
        this.#fit();
    }

    async #submit(event) {
        event.preventDefault();
        const text = this.#input.value.trim();
        if (!text || this.#send.disabled) return;
        const [run, draft] = [this.#run, this.#draft];
        const reply = await busy(this.#send, this.#tell(run, this.#session, text));
        if (reply === null || this.#input.value.trim() !== text) return;
        this.#files.clear();
        await draft.sent();
        if (draft === this.#draft) this.#show();
    }

    async #tell(run, session, text) {
        const meant = await expanded(this.#page, text, { project: run.projectId, runId: run.id });
        if (meant === null) return null;
        return session
            ? this.#page.call('sessions.message', { session: session.id, text: meant })
            : this.#page.call('runs.message', messageRequest(run, meant, this.#files.ids));
    }

    async #enqueue() {
        const text = this.#input.value.trim();
        if (!text) return;
        const [run, draft] = [this.#run, this.#draft];
        await busy(this.#queue, this.#put(run, draft, text));
        if (draft !== this.#draft) return;
        this.#show();
        this.#showDraft();
    }

    async #put(run, draft, text) {
        const meant = await expanded(this.#page, text, { project: run.projectId, runId: run.id });
        if (meant === null) return;
        draft.typed(meant);
        try {
            await draft.queue();
        } catch (error) {
            this.#page.notices.failed(error);
        }
    }

    async #takeBack() {
        await this.#draft.takeBack();
        this.#showDraft();
        this.#input.focus();
    }

    /** As high as what is written, up to the limit in the style sheet. */
    #fit() {
        this.#input.style.height = 'auto';
        this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    }
}
