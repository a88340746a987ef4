// Starting a run: by which agent, and with which of its options.

import { busy, button, field, setOptions } from './controls.js';
import { h, icon, show } from './dom.js';
import { expanded, SlashCommands } from './slash-commands.js';
import { partsOf, profileChoices, runRequest } from './run-request.js';
import { openTranscripts } from './transcripts.js';

/** The agent that was chosen last comes first the next time. */
const storageKey = 'roost.provider';

const providerNames = {
    amp: 'Amp',
    bot: 'A bot',
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

const isolations = [
    ['', 'In a worktree of its own'],
    ['sandbox', 'In a sandbox'],
    ['docker', 'In a container'],
    ['host', 'In the project’s own folder'],
];

export class RunForm {
    #page;
    #card = null;
    #profilesOf = null;
    #profile;
    #profileField;
    #agentFields;
    #isolation;
    #isolationParts;
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
        this.#profile = h('select', { name: 'profile', 'data-testid': 'profile', onchange: () => this.#chosen() });
        this.#profileField = field('Profile', this.#profile);
        this.#isolation = h(
            'select',
            { name: 'isolation', 'data-testid': 'isolation', onchange: () => this.#chosen() },
            isolations.map(([value, label]) => h('option', { value }, label)),
        );
        this.#isolationParts = {
            docker: field('Image', h('input', { name: 'image', placeholder: 'ubuntu:24.04', autocomplete: 'off' })),
            network: field(
                'Network',
                h('select', { name: 'network' }, h('option', { value: '' }, 'On'), h('option', { value: 'off' }, 'Off')),
            ),
        };
        this.#agentFields = h('div', { class: 'field-group' }, field('Agent', this.#provider), Object.values(this.#options));
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
            this.#profileField,
            this.#agentFields,
            h(
                'details',
                { class: 'more-options' },
                h('summary', {}, icon('chevron'), h('span', {}, 'Say something else to the agent')),
                this.#prompt,
                this.#commands.element,
            ),
            h(
                'details',
                { class: 'more-options', 'data-testid': 'run-limits' },
                h('summary', {}, icon('chevron'), h('span', {}, 'Limits and isolation')),
                h(
                    'div',
                    { class: 'field-group' },
                    h(
                        'div',
                        { class: 'field-row' },
                        amountField('Cost, in $', 'budgetCost'),
                        amountField('Tokens, in thousands', 'budgetTokens'),
                        amountField('Time at work, in minutes', 'budgetMinutes'),
                    ),
                    field('Where it works', this.#isolation),
                    Object.values(this.#isolationParts),
                ),
            ),
            this.#start,
            button({
                label: 'Take in a conversation',
                kind: 'quiet',
                'data-testid': 'open-transcripts',
                onclick: () => openTranscripts(page, this.#card),
            }),
        );
    }

    update(card, providers) {
        this.#card = card;
        this.#commands.update(card.projectId);
        this.#loadProfiles(card);
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
        show(this.#profileField, this.#profile.options.length > 1);
        show(this.#agentFields, !this.#profile.value);
        show(this.#isolationParts.docker, this.#isolation.value === 'docker');
        show(this.#isolationParts.network, ['docker', 'sandbox'].includes(this.#isolation.value));
        const parts = partsOf(this.#provider.value);
        for (const [name, part] of Object.entries(this.#options)) show(part, parts.includes(name));
    }

    async #submit(event) {
        event.preventDefault();
        const values = Object.fromEntries(new FormData(this.element));
        const card = this.#card;
        if (!values.profile) localStorage.setItem(storageKey, values.provider);
        const run = await busy(this.#start, this.#create(card, values));
        if (!run) return;
        this.#prompt.value = '';
        this.#page.go({ ...this.#page.route, card: card.id, run: run.id });
    }

    async #create(card, values) {
        const prompt = values.prompt && await expanded(this.#page, values.prompt.trim(), { project: card.projectId });
        return prompt === null ? null : this.#page.call('runs.create', runRequest(card, { ...values, prompt }));
    }

    /** Once for each card that is opened: profiles are few, and change seldom. */
    async #loadProfiles(card) {
        if (this.#profilesOf === card.id) return;
        this.#profilesOf = card.id;
        try {
            const profiles = await this.#page.hub.call('profiles.list', { project: card.projectId });
            if (this.#profilesOf !== card.id) return;
            setOptions(this.#profile, [{ value: '', label: 'None: choose an agent' }, ...profileChoices(profiles)]);
            this.#chosen();
        } catch {
            // Without them an agent is chosen by hand; what is wrong with the connection is said elsewhere.
            this.#profilesOf = null;
        }
    }
}

function amountField(label, name) {
    return field(
        label,
        h('input', { name, inputmode: 'decimal', placeholder: 'No limit', autocomplete: 'off', 'data-testid': name }),
    );
}
