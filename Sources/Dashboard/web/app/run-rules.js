// What a run's status means for the page: which verbs it allows, and what there is to say about it.

const settled = ['completed', 'failed', 'cancelled', 'interrupted'];

export function isSettled(run) {
    return settled.includes(run.status);
}

/** Its agent is at work, or waits for somebody. */
export function isActive(run) {
    return run.status === 'running' || run.status === 'waiting';
}

/** @returns {Set<string>} of `start stop cancel retry message merge` */
export function allowedVerbs(run) {
    const verbs = new Set();
    if (run.status === 'draft') verbs.add('start');
    if (isActive(run)) verbs.add('stop');
    if (!isSettled(run)) verbs.add('cancel');
    if (isSettled(run) && run.status !== 'completed') verbs.add('retry');
    if (run.status !== 'queued') verbs.add('message');
    if ((isSettled(run) || run.status === 'paused') && run.branch && run.merge !== 'merged') verbs.add('merge');
    return verbs;
}

const failureTitles = {
    agent: 'The agent failed',
    platform: 'The hub could not run the agent',
    quota: 'The agent’s quota is used up',
    auth: 'The agent is not signed in',
    user: 'Something in the task has to change',
};

/** @returns {{kind: 'bad' | 'warning' | 'good' | 'calm', title: string, text?: string}[]} most important first */
export function noticesOf(run) {
    const notices = [];
    if (run.status === 'failed') {
        notices.push({
            kind: 'bad',
            title: failureTitles[run.failure?.class] ?? 'The run failed',
            text: run.failure?.message,
        });
    }
    if (run.status === 'interrupted') {
        notices.push({ kind: 'warning', title: 'Interrupted', text: run.interruptedReason });
    }
    if (run.status === 'paused') {
        notices.push({ kind: 'calm', title: 'Stopped', text: 'A message lets the agent go on in the same worktree.' });
    }
    if (run.status === 'queued') {
        notices.push({
            kind: 'calm',
            title: 'In the queue',
            text: 'It starts as soon as another run of this hub has ended.',
        });
    }
    if (run.status === 'waiting' && run.waitingFor === 'quota') {
        notices.push({
            kind: 'warning',
            title: 'Waiting for quota',
            text: run.waitingUntil && `Until ${new Date(run.waitingUntil).toLocaleString()}.`,
        });
    }
    if (run.nextPrompt) notices.push({ kind: 'calm', title: 'Will be told next', text: run.nextPrompt });
    if (run.merge === 'conflict') {
        notices.push({
            kind: 'warning',
            title: `Conflicts with ${run.targetBranch}`,
            text: 'Ask the agent to bring its branch up to date, or resolve it in the worktree; then merge again.',
        });
    }
    if (run.merge === 'merged') {
        notices.push({
            kind: 'good',
            title: `Merged into ${run.targetBranch}`,
            text: run.mergeCommit && `as ${run.mergeCommit.slice(0, 10)}`,
        });
    }
    return notices;
}
