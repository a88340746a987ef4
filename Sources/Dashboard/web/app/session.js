// Whom the page acts for. Once a hub has users it asks for a token; this is where the page keeps it, and asks for it.
//
// In the browser's storage, not in a cookie: cookies are shown to every port of the host, and what agents build is
// often served on another one of the same host. Storage is this origin's alone.

import { button, busy, field } from './controls.js';
import { h, show } from './dom.js';

const tokenKey = 'roost.token';

/** The token there is. One in the address (`/?token=…`) is taken out of it, where the browser's history would keep it. */
export function currentToken({ location, history, storage }) {
    const query = new URLSearchParams(location.search);
    const given = query.get('token');
    if (given !== null) {
        storage.setItem(tokenKey, given);
        query.delete('token');
        const rest = query.size > 0 ? `?${query}` : '';
        history.replaceState(null, '', `${location.pathname}${rest}${location.hash}`);
    }
    return storage.getItem(tokenKey);
}

/**
 * Who the hub takes the bearer of a token for.
 * @returns {Promise<{me?: object, problem?: object}>} `problem` is what it has against it; rejects when it cannot be asked
 */
export async function askWho(token, fetch = globalThis.fetch) {
    const response = await fetch('api/me', { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    const body = await response.json();
    return response.ok ? { me: body.data } : { problem: body };
}

export function signOut(storage) {
    storage.removeItem(tokenKey);
}

/**
 * Asks for a token, in a dialog that stays until the hub knows one.
 * @param {{storage: Storage, onsignin: () => void}} how `onsignin` is called when the token has been kept
 */
export function openSignIn({ storage, onsignin }) {
    const input = h('input', {
        name: 'token',
        type: 'password',
        required: true,
        autocomplete: 'current-password',
        spellcheck: 'false',
        'data-testid': 'token',
    });
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true, 'data-testid': 'sign-in-problem' });
    const confirm = button({ label: 'Sign in', kind: 'primary', type: 'submit', 'data-testid': 'sign-in' });
    const form = h(
        'form',
        {
            class: 'dialog-form',
            onsubmit: async (event) => {
                event.preventDefault();
                show(problem, false);
                const token = input.value.trim();
                try {
                    const { problem: refusal } = await busy(confirm, askWho(token));
                    if (refusal) throw new Error(refusal.detail ?? refusal.title);
                    storage.setItem(tokenKey, token);
                    onsignin();
                } catch (error) {
                    problem.textContent = error.message;
                    show(problem, true);
                }
            },
        },
        h('h2', {}, 'Who are you?'),
        h('p', {}, 'This hub has users and asks everybody for a token.'),
        field('Token', input, 'It begins with rst_, and stays in this browser until you sign out.'),
        problem,
        h('div', { class: 'dialog-actions' }, confirm),
    );
    const dialog = h(
        'dialog',
        { class: 'dialog', 'data-testid': 'sign-in-dialog', oncancel: (event) => event.preventDefault() },
        form,
    );
    document.body.append(dialog);
    dialog.showModal();
}
