// Files that come with a message: attached to the run's card as soon as they are chosen or pasted, and named when it is sent.

import { button } from './controls.js';
import { h, icon, setChildren, show } from './dom.js';

export class PromptFiles {
    #page;
    #run = null;
    #files = [];
    #chooser;

    /** @param {HTMLTextAreaElement} input pictures are pasted into it */
    constructor(page, input) {
        this.#page = page;
        this.#chooser = h('input', { type: 'file', multiple: true, hidden: true, 'data-testid': 'message-files' });
        this.#chooser.addEventListener('change', () => {
            this.#add([...this.#chooser.files]);
            this.#chooser.value = '';
        });
        input.addEventListener('paste', (event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0 || !this.#run?.cardId) return;
            event.preventDefault();
            this.#add(files);
        });
        this.control = button({
            label: 'Attach files',
            icon: 'file',
            kind: 'quiet',
            iconOnly: true,
            'data-testid': 'attach',
            onclick: () => this.#chooser.click(),
        });
        this.element = h('div', { class: 'prompt-files', hidden: true }, this.#chooser);
    }

    /** Files are a card's: a run of none has no place for them. */
    update(run, isAllowed) {
        if (run.id !== this.#run?.id) this.clear();
        this.#run = run;
        show(this.control, Boolean(run.cardId));
        this.control.disabled = !isAllowed;
    }

    get ids() {
        return this.#files.map(({ id }) => id);
    }

    clear() {
        this.#files = [];
        this.#draw();
    }

    async #add(files) {
        const run = this.#run;
        for (const file of files) {
            try {
                const attachment = await this.#upload(run.cardId, file);
                if (run.id === this.#run.id) this.#files.push(attachment);
            } catch (error) {
                this.#page.notices.failed(error);
            }
            this.#draw();
        }
    }

    async #upload(card, file) {
        const { token } = this.#page;
        const response = await fetch(`api/cards/${card}/attachments?${new URLSearchParams({ filename: file.name })}`, {
            method: 'POST',
            headers: token ? { Authorization: `Bearer ${token}` } : {},
            body: file,
        });
        const answer = await response.json();
        if (!response.ok) throw new Error(answer.detail ?? answer.title);
        return answer.data;
    }

    #draw() {
        show(this.element, this.#files.length > 0);
        setChildren(
            this.element,
            this.#chooser,
            ...this.#files.map((file) =>
                h(
                    'span',
                    { class: 'given-file' },
                    icon('file'),
                    file.filename,
                    button({
                        label: `Leave out ${file.filename}`,
                        icon: 'close',
                        kind: 'quiet',
                        iconOnly: true,
                        onclick: () => {
                            this.#files = this.#files.filter(({ id }) => id !== file.id);
                            this.#draw();
                        },
                    }),
                )
            ),
        );
    }
}
