// What prompts can be made of: commands, the hub's own and those that the repository has for agents, offered after a slash at
// the beginning; and snippets, after an at sign.

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

const unfinishedName = /(^|[\s(["'])@([A-Za-z0-9_.:-]*)$/;

/** @returns the snippets that the word at the end of what is written may become */
export function matchingSnippets(snippets, text) {
    const wanted = text.match(unfinishedName)?.[2].toLowerCase();
    if (wanted === undefined) return [];
    return snippets.filter(({ name }) => name.toLowerCase().startsWith(wanted)).slice(0, shownMax);
}

/** What is written, with a snippet in the place of the word at its end. */
export function withSnippet(text, { content }) {
    return text.replace(unfinishedName, (_, before) => `${before}${content}`);
}

/** What a prompt means, with the stored command and the snippets that it names. @returns null when the hub refuses it */
export async function expanded(page, text, { project, runId }) {
    if (!text.startsWith('/') && !text.includes('@')) return text;
    const reply = await page.call('commands.expand', { project, text, ...(runId && { runId }) });
    return reply && reply.text;
}

export class SlashCommands {
    #page;
    #input;
    #project = null;
    #known = { project: null, at: 0, commands: [], snippets: [] };

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
        const isName = unfinishedName.test(this.#input.value);
        if (!this.#input.value.startsWith('/') && !isName) return this.#hide();
        const { commands, snippets } = await this.#words();
        const text = this.#input.value;
        const offers = [
            ...matching(commands, text).map(({ name, description }) => ({ name, description, becomes: `${name} ` })),
            ...matchingSnippets(snippets, text).map((snippet) => ({
                name: `@${snippet.name}`,
                description: snippet.description ?? snippet.content.split('\n', 1)[0],
                becomes: withSnippet(text, snippet),
            })),
        ];
        setChildren(
            this.element,
            offers.map(({ name, description, becomes }) =>
                h(
                    'li',
                    {},
                    h(
                        'button',
                        { type: 'button', 'data-testid': 'slash-command', onclick: () => this.#choose(becomes) },
                        h('strong', {}, name),
                        description && h('span', { class: 'muted' }, ` ${description}`),
                    ),
                )
            ),
        );
        show(this.element, offers.length > 0);
    }

    #choose(text) {
        this.#input.value = text;
        this.#hide();
        this.#input.focus();
        this.#input.dispatchEvent(new Event('input'));
    }

    #hide() {
        setChildren(this.element);
        show(this.element, false);
    }

    async #words() {
        const { project, at } = this.#known;
        if (project === this.#project && Date.now() - at < keptMs) return this.#known;
        const asked = this.#project;
        const [commands, snippets] = await Promise.all([
            this.#page.call('commands.list', { project: asked }),
            this.#page.call('tags.list', { project: asked, type: 'snippet' }),
        ]);
        const known = { project: asked, at: Date.now(), commands: commands ?? [], snippets: snippets ?? [] };
        if (asked !== this.#project) return { commands: [], snippets: [] };
        this.#known = known;
        return known;
    }
}
