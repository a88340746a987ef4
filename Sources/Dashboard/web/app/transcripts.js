// Conversations that were held with an agent beside the hub, to be taken in as a card's run.

import { openDialog } from './controls.js';
import { h } from './dom.js';
import { transcriptLabel } from './run-request.js';

/** Those of the card's project first: they were held in its folder. */
function sorted(transcripts, project) {
    return [...transcripts].sort((a, b) => (b.projectId === project) - (a.projectId === project));
}

export async function openTranscripts(page, card) {
    const found = await page.call('transcripts.list');
    if (!found) return;
    const transcripts = sorted([...found], card.projectId);
    openDialog({
        title: 'Take in a conversation',
        body: transcripts.length === 0
            ? h('p', {}, 'Claude Code and Codex have kept no conversation on the hub’s machine.')
            : h(
                'div',
                { class: 'transcripts', role: 'radiogroup', 'data-testid': 'transcripts' },
                transcripts.map((each, index) =>
                    h(
                        'label',
                        { class: 'check' },
                        h('input', { type: 'radio', name: 'transcript', value: index, required: true }),
                        h(
                            'span',
                            {},
                            h('span', {}, transcriptLabel(each)),
                            h('span', { class: 'hint' }, [each.workingDirectory, each.runId && 'is a run already']
                                .filter(Boolean).join(' · ')),
                        ),
                    )
                ),
            ),
        submit: 'Take it in',
        onsubmit: async (form) => {
            const chosen = transcripts[Number(form.get('transcript'))];
            if (form.get('transcript') === null || !chosen) return;
            const run = await page.hub.call('transcripts.import', {
                provider: chosen.provider,
                sessionId: chosen.sessionId,
                cardId: card.id,
            });
            page.go({ ...page.route, card: run.cardId, run: run.id });
        },
    });
}
