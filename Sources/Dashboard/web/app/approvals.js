// The questions of a run that wait for a person.

import { busy, button } from './controls.js';
import { h, icon, KeyedList, setChildren, setText } from './dom.js';
import { inputView } from './entry-view.js';
import { relativeTime } from './format.js';

export class Approvals {
    #page;
    #list;

    constructor(page) {
        this.#page = page;
        this.element = h('div', { class: 'approvals', 'aria-live': 'assertive' });
        this.#list = new KeyedList(this.element, {
            key: ({ id }) => id,
            create: (approval) => this.#create(approval),
            update: (element, approval) => this.#update(element, approval),
        });
    }

    update(approvals) {
        this.#list.show(approvals);
    }

    #create({ id }) {
        const reason = h('input', {
            class: 'approval-reason',
            placeholder: 'Reason, told to the agent (optional)',
            'aria-label': 'Reason for denying',
            maxlength: 2000,
            'data-testid': 'deny-reason',
        });
        const answer = (decision) => async (event) => {
            const words = reason.value.trim();
            const payload = { approval: id, decision, ...(decision === 'deny' && words && { reason: words }) };
            if (await busy(event.currentTarget, this.#page.call('approvals.answer', payload))) {
                this.#page.notices.announce(decision === 'approve' ? 'Approved' : 'Denied');
            }
        };
        return h(
            'section',
            { class: 'approval', 'data-testid': 'approval', 'data-id': id },
            h('h3', {}, icon('hand'), h('span', {})),
            h('div', { class: 'approval-input' }),
            h(
                'div',
                { class: 'approval-actions' },
                button({
                    label: 'Approve',
                    icon: 'check',
                    kind: 'primary',
                    'data-testid': 'approve',
                    onclick: answer('approve'),
                }),
                button({
                    label: 'Deny',
                    icon: 'close',
                    kind: 'danger',
                    'data-testid': 'deny',
                    onclick: answer('deny'),
                }),
                reason,
            ),
            h('p', { class: 'approval-expiry muted' }),
        );
    }

    #update(element, { title, tool, input, expiresAt, status, truncated }) {
        const [heading, body, , expiry] = element.children;
        element.dataset.status = status;
        setText(heading.lastElementChild, title);
        setChildren(
            body,
            input !== undefined && input !== null &&
                h(
                    'details',
                    { open: true },
                    h('summary', {}, icon('chevron'), h('span', {}, tool ? `What ${tool} is given` : 'Details')),
                    inputView(input),
                    truncated && h('p', { class: 'muted' }, 'This is only its beginning: all that waits is too large to be shown.'),
                ),
        );
        setText(expiry, `Without an answer it expires ${relativeTime(expiresAt, Date.now())}.`);
    }
}
