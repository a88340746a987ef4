// What the repository has as commands for agents, offered while one is being written: after a slash at the beginning.

import { h, setChildren, show } from './dom.js';

const shownMax = 8;
/** How long an answer is good: a repository changes while one looks at it. */
const keptMs = 30_000;

/** @returns those that what is written may become, each name once */
export function matching(commands, text) {
    const wanted = /^\/\S*$/.test(text) ? text.toLowerCase() : null;
    if (wanted === null) return [];
    const names = new Set();
    return commands.filter(({ name }) => {
        if (names.has(name) || !name.toLowerCase().startsWith(wanted) || name === text) return false;
        return names.add(name);
    }).slice(0, shownMax);
}

export class SlashCommands {
    #page;
    #input;
    #project = null;
    #known = { project: null, at: 0, commands: [] };

    /** @param {HTMLTextAreaElement} input what they are written into */
    constructor(page, input) {
        this.#page = page;
        this.#input = input;
        this.element = h('ul', { class: 'slash-commands', 'aria-label': 'Commands', hidden: true });
        input.addEventListener('input', () => this.#offer());
        input.addEventListener('keydown', (event) => {
            const first = this.element.querySelector('button');
            if (event.key === 'Escape' && first) return this.#hide();
            if (event.key !== 'Tab' || event.shiftKey || !first || this.element.hidden) return;
            event.preventDefault();
            first.click();
        });
    }

    /** @param {string} project whose repository it is */
    update(project) {
        if (project === this.#project) return;
        this.#project = project;
        this.#hide();
    }

    async #offer() {
        if (!this.#input.value.startsWith('/')) return this.#hide();
        const found = matching(await this.#commands(), this.#input.value);
        setChildren(
            this.element,
            found.map(({ name, description }) =>
                h(
                    'li',
                    {},
                    h(
                        'button',
                        { type: 'button', 'data-testid': 'slash-command', onclick: () => this.#choose(name) },
                        h('strong', {}, name),
                        description && h('span', { class: 'muted' }, ` ${description}`),
                    ),
                )
            ),
        );
        show(this.element, found.length > 0);
    }

    #choose(name) {
        this.#input.value = `${name} `;
        this.#hide();
        this.#input.focus();
        this.#input.dispatchEvent(new Event('input'));
    }

    #hide() {
        setChildren(this.element);
        show(this.element, false);
    }

    async #commands() {
        const { project, at, commands } = this.#known;
        if (project === this.#project && Date.now() - at < keptMs) return commands;
        const asked = this.#project;
        const found = (await this.#page.call('commands.list', { project: asked })) ?? [];
        this.#known = { project: asked, at: Date.now(), commands: found };
        return asked === this.#project ? found : [];
    }
}
