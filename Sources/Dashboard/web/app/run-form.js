// Starting a run: by which agent, and with which of its options.

import { busy, field, setOptions } from './controls.js';
import { splitCommandLine } from './command-line.js';
import { h, icon, show } from './dom.js';
import { SlashCommands } from './slash-commands.js';

/** The agent that was chosen last comes first the next time. */
const storageKey = 'roost.provider';

const providerNames = {
    acp: 'Any ACP agent',
    'claude-code': 'Claude Code',
    codex: 'Codex',
    command: 'Command',
    copilot: 'Copilot',
    cursor: 'Cursor',
    demo: 'Demo agent',
    gemini: 'Gemini',
    goose: 'Goose',
    opencode: 'OpenCode',
    qwen: 'Qwen Code',
};

const permissionModes = [
    ['', 'Ask as it sees fit'],
    ['acceptEdits', 'Edit files without asking'],
    ['plan', 'Plan first'],
    ['bypassPermissions', 'Never ask'],
];

export class RunForm {
    #page;
    #card = null;
    #isChosen = false;
    #provider;
    #options;
    #prompt;
    #commands;
    #start;

    constructor(page) {
        this.#page = page;
        this.#provider = h('select', { name: 'provider', 'data-testid': 'provider', onchange: () => this.#chosen() });
        this.#options = {
            agent: h(
                'div',
                { class: 'field-row' },
                field(
                    'Model',
                    h('input', { name: 'model', placeholder: 'The agent’s own default', autocomplete: 'off' }),
                ),
                field(
                    'Permissions',
                    h(
                        'select',
                        { name: 'permissionMode' },
                        permissionModes.map(([value, label]) => h('option', { value }, label)),
                    ),
                ),
            ),
            command: field(
                'Command line',
                h('input', {
                    name: 'argv',
                    class: 'mono',
                    placeholder: 'make test',
                    autocomplete: 'off',
                    spellcheck: 'false',
                    'data-testid': 'argv',
                }),
                'Started as it is, without a shell; every line that it prints becomes an entry.',
            ),
        };
        this.#prompt = h('textarea', { name: 'prompt', rows: 3, placeholder: 'Instead of the card’s title and text' });
        this.#commands = new SlashCommands(page, this.#prompt);
        this.#start = h(
            'button',
            { class: 'button primary', type: 'submit', 'data-testid': 'start-run' },
            icon('play'),
            h('span', {}, 'Start run'),
        );
        this.element = h(
            'form',
            { class: 'run-form', onsubmit: (event) => this.#submit(event) },
            h('h3', {}, 'Let an agent do it'),
            field('Agent', this.#provider),
            Object.values(this.#options),
            h(
                'details',
                { class: 'more-options' },
                h('summary', {}, icon('chevron'), h('span', {}, 'Say something else to the agent')),
                this.#prompt,
                this.#commands.element,
            ),
            this.#start,
        );
    }

    update(card, providers) {
        this.#card = card;
        this.#commands.update(card.projectId);
        setOptions(
            this.#provider,
            providers.map(({ id, available, version }) => ({
                value: id,
                label: `${providerNames[id] ?? id}${version ? ` ${version}` : ''}${
                    available ? '' : ' (not installed)'
                }`,
                disabled: !available,
            })),
        );
        if (!this.#isChosen && providers.length > 0) {
            const last = localStorage.getItem(storageKey);
            const usable = providers.filter(({ available }) => available);
            this.#provider.value = (usable.find(({ id }) => id === last) ?? usable[0])?.id ?? '';
            this.#isChosen = true;
        }
        this.#chosen();
        if (!this.#start.hasAttribute('aria-busy')) this.#start.disabled = providers.length === 0;
    }

    #chosen() {
        const parts = partsOf(this.#provider.value);
        for (const [name, part] of Object.entries(this.#options)) show(part, parts.includes(name));
    }

    async #submit(event) {
        event.preventDefault();
        const form = new FormData(this.element);
        const provider = form.get('provider');
        const card = this.#card;
        const payload = { project: card.projectId, cardId: card.id, provider, start: true };
        const options = optionsOf(provider, form);
        if (Object.keys(options).length > 0) payload.options = options;
        if (form.get('prompt').trim()) payload.prompt = form.get('prompt').trim();
        localStorage.setItem(storageKey, provider);
        const run = await busy(this.#start, this.#page.call('runs.create', payload));
        if (!run) return;
        this.#prompt.value = '';
        this.#page.go({ ...this.#page.route, card: card.id, run: run.id });
    }
}

/** Which options a provider has: those of a command, those of an agent, both, or none. */
function partsOf(provider) {
    return { command: ['command'], demo: [], acp: ['agent', 'command'] }[provider] ?? ['agent'];
}

function optionsOf(provider, form) {
    const options = {};
    const parts = partsOf(provider);
    if (parts.includes('command')) options.argv = splitCommandLine(form.get('argv'));
    if (parts.includes('agent')) {
        if (form.get('model').trim()) options.model = form.get('model').trim();
        if (form.get('permissionMode')) options.permissionMode = form.get('permissionMode');
    }
    return options;
}
