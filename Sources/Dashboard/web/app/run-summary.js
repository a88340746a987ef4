// What a run came to, as a list that can be overlooked.

import { openMessage } from './controls.js';
import { h } from './dom.js';
import { duration, plural, usageLine } from './format.js';

/** Lines of a summary, in the order in which somebody wants to know them: pure, so that it can be tested. */
export function summaryLines(summary) {
    const { stats, approvals, commands, usage } = summary;
    const asked = approvals.approved + approvals.denied + approvals.unanswered + approvals.pending;
    const failed = commands.filter(({ status }) => status === 'failed').length;
    return [
        stats && `${plural(stats.filesChanged, 'file')} changed, +${stats.additions} −${stats.deletions}`,
        commands.length > 0 && `${plural(commands.length, 'command')}${failed ? `, ${failed} failed` : ''}`,
        asked > 0 && `${plural(asked, 'question')}: ${approvals.approved} approved, ${approvals.denied} denied`,
        [summary.runningMs > 0 && duration(summary.runningMs), usage && usageLine(usage)].filter(Boolean).join(' · '),
    ].filter(Boolean);
}

export async function openSummary(page, run) {
    const summary = await page.call('runs.summary', { run: run.id });
    if (!summary) return;
    openMessage({
        title: 'What this run came to',
        body: h(
            'div',
            { class: 'run-summary', 'data-testid': 'run-summary' },
            summary.text && h('p', {}, summary.text),
            h('ul', {}, summaryLines(summary).map((line) => h('li', {}, line))),
            part('To look at', summary.risks),
            part('Changed files', summary.changedFiles.map(({ path, additions, deletions }) => `${path}  +${additions} −${deletions}`)),
            part('Commands', summary.commands.map(({ line, status, exitCode }) => `${line}  ${exitCode ?? status}`)),
            summary.lastWords && h('h3', {}, 'Last words'),
            summary.lastWords && h('p', {}, summary.lastWords),
        ),
    });
}

function part(title, lines) {
    return lines.length > 0 && [h('h3', {}, title), h('ul', { class: 'mono' }, lines.map((line) => h('li', {}, line)))];
}
