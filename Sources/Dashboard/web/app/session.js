// Whom the page acts for. Once a hub has users it asks for a token; this is where the page keeps it, and asks for it, or
// for the password that one is made for.
//
// In the browser's storage, not in a cookie: cookies are shown to every port of the host, and what agents build is
// often served on another one of the same host. Storage is this origin's alone.

import { button, busy, field } from './controls.js';
import { h, show } from './dom.js';

const tokenKey = 'roost.token';

/**
 * The token there is. One in the address (`/?token=…`) is taken out of it, where the browser's history would keep it.
 * It takes the place of another one only if the user says so: anybody can make him a link, and read what he then does.
 */
export function currentToken({ location, history, storage, confirm = globalThis.confirm }) {
    const query = new URLSearchParams(location.search);
    const given = query.get('token');
    if (given !== null) {
        const known = storage.getItem(tokenKey);
        if (known === null || known === given || confirm('This address signs you in with another token. Use it?')) {
            storage.setItem(tokenKey, given);
        }
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
 * A token for who knows a user's password.
 * @returns {Promise<{secret: string, user: object}>} rejects with what the hub has against it
 */
export async function logIn(name, password, fetch = globalThis.fetch) {
    return ask('api/auth/login', { name, password, tokenName: 'dashboard' }, {}, fetch);
}

/** Sets the password of whoever bears the token. */
export async function changePassword(token, currentPassword, newPassword, fetch = globalThis.fetch) {
    await ask('api/auth/change-password', { currentPassword, newPassword }, { Authorization: `Bearer ${token}` }, fetch);
}

async function ask(path, body, headers, fetch) {
    const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
    });
    if (response.status === 204) return undefined;
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.title);
    return answer.data;
}

/**
 * Asks for a name and a password, or a token, in a dialog that stays until the hub knows who it is.
 * @param {{storage: Storage, onsignin: () => void, known?: string}} how `onsignin` is called when the token has been kept;
 *   `known` is the token of one who has to choose another password before anything else
 */
export function openSignIn({ storage, onsignin, known = null }) {
    const name = h('input', { name: 'username', autocomplete: 'username', spellcheck: 'false', 'data-testid': 'user-name' });
    const secret = secretInput('token', 'current-password');
    const chosen = secretInput('new-password', 'new-password');
    const rename = field('New password', chosen, 'Yours was made for you. Choose one of 8 characters or more.');
    show(rename, known !== null);
    chosen.required = known !== null;
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true, 'data-testid': 'sign-in-problem' });
    const confirm = button({ label: 'Sign in', kind: 'primary', type: 'submit', 'data-testid': 'sign-in' });
    let token = known;

    /** @returns {Promise<boolean>} whether nothing is left to be asked */
    async function signIn() {
        const given = secret.value.trim();
        if (token === null && name.value.trim() !== '') {
            const made = await logIn(name.value.trim(), given);
            token = made.secret;
            if (made.user.mustChangePassword) {
                show(rename, true);
                chosen.required = true;
                chosen.focus();
                return false;
            }
        } else if (token !== null) {
            await changePassword(token, given, chosen.value);
        } else {
            const { problem: refusal } = await askWho(given);
            if (refusal) throw new Error(refusal.detail ?? refusal.title);
            token = given;
        }
        return true;
    }

    const form = h(
        'form',
        {
            class: 'dialog-form',
            onsubmit: async (event) => {
                event.preventDefault();
                show(problem, false);
                try {
                    if (!(await busy(confirm, signIn()))) return;
                    storage.setItem(tokenKey, token);
                    onsignin();
                } catch (error) {
                    problem.textContent = error.message;
                    show(problem, true);
                }
            },
        },
        ...known === null
            ? [
                h('h2', {}, 'Who are you?'),
                h('p', {}, 'This hub has users and asks everybody who he is.'),
                field('Name', name, 'Leave it empty to sign in with a token.'),
                field('Password or token', secret, 'A token begins with rst_. It stays in this browser until you sign out.'),
            ]
            : [
                h('h2', {}, 'Choose a password'),
                h('p', {}, 'Yours was made for you, and lets you in for no more than to choose another.'),
                field('Password', secret, 'The one that you were told.'),
            ],
        rename,
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

function secretInput(id, autocomplete) {
    return h('input', {
        name: id,
        type: 'password',
        required: true,
        autocomplete,
        spellcheck: 'false',
        'data-testid': id,
    });
}
