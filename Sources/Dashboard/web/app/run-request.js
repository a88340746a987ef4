// What the form of a run asks for, as the hub wants to hear it: pure, so that it can be tested.

import { splitCommandLine } from './command-line.js';

/** Which options a provider has: those of a command, those of an agent, both, or none. */
export function partsOf(provider) {
    return { command: ['command'], demo: [], bot: [], acp: ['agent', 'command'] }[provider] ?? ['agent'];
}

/** A positive number that was typed, times a factor; undefined for nothing. */
function amount(text, factor = 1) {
    const number = Number(String(text ?? '').trim().replace(',', '.'));
    return number > 0 ? number * factor : undefined;
}

function whole(text, factor) {
    const number = amount(text, factor);
    return number === undefined ? undefined : Math.max(1, Math.round(number));
}

/** What it may consume: nothing for what was left empty. */
export function budgetOf({ budgetCost, budgetTokens, budgetMinutes }) {
    const budget = {
        costUsd: amount(budgetCost),
        tokens: whole(budgetTokens, 1_000),
        runningMs: whole(budgetMinutes, 60_000),
    };
    return Object.fromEntries(Object.entries(budget).filter(([, value]) => value !== undefined));
}

function optionsOf(provider, values) {
    const options = {};
    const parts = partsOf(provider);
    if (parts.includes('command')) options.argv = splitCommandLine(values.argv ?? '');
    if (parts.includes('agent')) {
        if (values.model?.trim()) options.model = values.model.trim();
        if (values.permissionMode) options.permissionMode = values.permissionMode;
    }
    return options;
}

/** The input of `runs.create`: by a profile, or by an agent and its options. */
export function runRequest(card, values) {
    const request = { project: card.projectId, cardId: card.id, start: true };
    if (values.profile) {
        request.profile = values.profile;
    } else {
        request.provider = values.provider;
        const options = optionsOf(values.provider, values);
        if (Object.keys(options).length > 0) request.options = options;
    }
    if (values.prompt?.trim()) request.prompt = values.prompt.trim();
    if (values.isolation) request.isolation = isolationOf(values);
    const budget = budgetOf(values);
    if (Object.keys(budget).length > 0) request.budget = budget;
    return request;
}

function isolationOf({ isolation, image, network }) {
    const chosen = { kind: isolation };
    if (isolation === 'docker' && image?.trim()) chosen.image = image.trim();
    if ((isolation === 'docker' || isolation === 'sandbox') && network === 'off') chosen.network = false;
    return chosen;
}

/** Those of the project stand before those of the hub; of two of one name the first is meant. */
export function profileChoices(profiles) {
    const seen = new Set();
    return profiles.filter(({ name }) => !seen.has(name) && seen.add(name)).map(({ name, provider }) => ({
        value: name,
        label: `${name} (${provider})`,
    }));
}

/** What an agent is told besides: words, and the files that come with them. */
export function messageRequest(run, text, files) {
    return { run: run.id, text, ...(files.length > 0 && { attachments: files }) };
}

/** One line for a conversation that was held beside the hub. */
export function transcriptLabel({ provider, firstWords, updatedAt }) {
    const words = (firstWords ?? '').split('\n', 1)[0].slice(0, 80) || 'Without words';
    return `${words} · ${provider}, ${new Date(updatedAt).toLocaleDateString()}`;
}
