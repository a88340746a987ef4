// Numbers, times and words as people read them.

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
];

/** `5 minutes ago`, `in 23 hours` */
export function relativeTime(iso, nowMs) {
    const differenceMs = Date.parse(iso) - nowMs;
    for (const [unit, unitMs] of units) {
        if (Math.abs(differenceMs) >= unitMs) return relative.format(Math.trunc(differenceMs / unitMs), unit);
    }
    return differenceMs > 0 ? 'in a moment' : 'just now';
}

/** `42 s`, `3 min 5 s`, `2 h 10 min` */
export function duration(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `812`, `12.4k`, `3.1M` */
export function count(number) {
    if (number < 1000) return String(number);
    if (number < 999_500) return `${(number / 1000).toFixed(number < 9_950 ? 1 : 0)}k`;
    return `${(number / 1_000_000).toFixed(1)}M`;
}

export function plural(number, one, many = `${one}s`) {
    return `${number} ${number === 1 ? one : many}`;
}

export function cost(usd) {
    return `$${usd.toFixed(usd < 1 ? 3 : 2)}`;
}

/** What an agent used, in one line; parts that it does not report are left out. */
export function usageLine({ inputTokens, outputTokens, cacheReadTokens, costUsd } = {}) {
    return [
        inputTokens !== undefined && `${count(inputTokens)} in`,
        outputTokens !== undefined && `${count(outputTokens)} out`,
        cacheReadTokens && `${count(cacheReadTokens)} from cache`,
        costUsd !== undefined && cost(costUsd),
    ]
        .filter(Boolean)
        .join(' · ');
}

/** `of at most 2.00 $ · 30 min` */
export function budgetLine({ tokens, costUsd, runningMs } = {}) {
    const parts = [
        costUsd !== undefined && cost(costUsd),
        tokens !== undefined && `${count(tokens)} tokens`,
        runningMs !== undefined && duration(runningMs),
    ].filter(Boolean);
    return parts.length > 0 ? `of at most ${parts.join(' · ')}` : '';
}

const waitLabels = {
    approval: 'needs approval',
    plan: 'plan to review',
    input: 'needs input',
    quota: 'waits for quota',
};

export function runStatusLabel(run) {
    return (run.status === 'waiting' && waitLabels[run.waitingFor]) || run.status;
}

export const cardStatusLabels = {
    todo: 'To do',
    inprogress: 'In progress',
    inreview: 'In review',
    done: 'Done',
    cancelled: 'Cancelled',
};
