// The page, put together. Reading order: roost.js (the connection), replica.js and store.js (what is known),
// then the views, which draw it. Data flows one way: an event changes a replica, and the next frame draws what differs.

import { cloneState } from './clone-state.js';
import { Client, Closed } from '../roost.js';
import { BoardView, pendingApprovals } from './board-view.js';
import { Drawer } from './drawer.js';
import { Notices } from './notices.js';
import { byAge } from './order.js';
import { ProjectRail } from './project-rail.js';
import { formatRoute, parseRoute } from './route.js';
import { askWho, currentToken, openSignIn, signOut } from './session.js';
import { Store } from './store.js';
import { Unread } from './unread.js';

/** Times like “5 minutes ago” are brought up to date this often. */
const clockMs = 30_000;

const lastProjectKey = 'roost.project';

const subjects = { col: 'column', crd: 'card', ses: 'session' };

class Page {
    #isDrawing = false;

    constructor() {
        this.token = currentToken({ location, history, storage: localStorage });
        this.hub = new Client(location.origin, {
            token: this.token,
            onState: (state, detail) => this.#connectionChanged(state, detail),
        });
        this.store = new Store(this.hub, () => this.render());
        this.unread = new Unread((operation, payload) => this.call(operation, payload), () => this.render());
        this.store.followMe(({ kind, type }) => kind === 'event' && type === 'card.viewed' && this.unread.askSoon());
        this.providers = [];
        this.route = parseRoute(location.hash);
        const element = (id) => document.getElementById(id);
        this.notices = new Notices(element('toasts'), element('announcer'));
        this.rail = new ProjectRail(this, element('rail'));
        this.board = new BoardView(this, element('stage'));
        this.drawer = new Drawer(
            this,
            element('drawer'),
            (card, column) => this.board.moves.moveToColumn(card, column),
        );
        window.addEventListener('hashchange', () => this.#routeChanged());
        window.addEventListener('online', () => this.hub.reconnectNow());
        document.addEventListener('visibilitychange', () => !document.hidden && this.hub.reconnectNow());
        setInterval(() => this.render(), clockMs);
    }

    start() {
        this.hub.connect();
        this.render();
    }

    signOut() {
        signOut(localStorage);
        location.reload();
    }

    /** Another place in the page, with an entry in the browser's history. */
    go(route) {
        location.hash = formatRoute(route);
    }

    /** Has an operation done; says what the hub has against it. @returns null when it was not done */
    async call(operation, payload) {
        try {
            return (await this.hub.call(operation, payload)) ?? {};
        } catch (error) {
            this.notices.failed(error);
            return null;
        }
    }

    /**
     * A thing with all of its words: a snapshot that would be too large has only the beginnings of long texts.
     * @returns null when it cannot be read
     */
    async whole(thing) {
        if (!thing.truncated) return thing;
        const subject = subjects[thing.id.slice(0, 3)];
        return this.call(`${subject}s.get`, { [subject]: thing.id });
    }

    /** Draws soon: once for all that changes until the browser's next frame. */
    render() {
        if (this.#isDrawing) return;
        this.#isDrawing = true;
        const draw = () => {
            this.#isDrawing = false;
            this.#draw();
        };
        // A page in the background has no frames, but its title still tells of approvals.
        if (document.hidden) setTimeout(draw, 250);
        else requestAnimationFrame(draw);
    }

    #draw() {
        const hubReplica = this.store.followHub();
        const projects = [...hubReplica.projects.values()].filter(({ status }) => status !== 'archived').sort(byAge);
        this.#chooseProject(projects);
        const { route } = this;
        const listed = projects.find(({ id, slug }) => route.project === id || route.project === slug);
        const replica = this.store.followProject(listed?.id ?? null);
        const runReplica = this.store.followRun((listed && route.run) || null);
        const project = replica?.projects.get(listed.id) ?? listed;
        this.unread.update(listed?.id ?? null, replica);
        this.rail.update(projects, listed);
        const jobReplica = this.store.followJob(project?.jobId ?? null);
        const job = jobReplica?.of('job').get(project.jobId);
        this.board.update(this.#shown(hubReplica, projects, replica, project, job), route);
        this.drawer.update(replica ? { route, replica, runReplica } : { route: {} });
        const pending = replica ? pendingApprovals(replica).length : 0;
        document.title = `${pending > 0 ? `(${pending}) ` : ''}${project ? `${project.name} · ` : ''}Roost`;
    }

    #shown(hubReplica, projects, replica, project, job) {
        if (!hubReplica.isLoaded) return { message: hubReplica.refusal?.message ?? 'Connecting to the hub…' };
        if (projects.length === 0) return { isEmpty: true };
        if (!project) {
            return {
                message: this.route.project ? `There is no project “${this.route.project}”.` : 'Choose a project.',
            };
        }
        if (!replica.isLoaded) return { message: replica.refusal?.message ?? 'Loading…' };
        const clone = cloneState(project, job);
        return clone ? { clone, cloned: project } : { project, replica };
    }

    /** Without a place in the address, the project that was looked at last is shown. */
    #chooseProject(projects) {
        if (this.route.project || projects.length === 0) return;
        const last = localStorage.getItem(lastProjectKey);
        const project = projects.find(({ id }) => id === last) ?? projects[0];
        this.route = { project: project.slug };
        history.replaceState(null, '', formatRoute(this.route));
    }

    #routeChanged() {
        this.route = parseRoute(location.hash);
        const project = [...this.store.followHub().projects.values()].find(({ slug }) => slug === this.route.project);
        if (project) localStorage.setItem(lastProjectKey, project.id);
        this.render();
    }

    async #connectionChanged(state, detail) {
        this.rail.setConnection(state, detail);
        this.render();
        if (state === 'closed') return this.#closedForGood(detail);
        if (state !== 'online') return;
        try {
            const me = await this.hub.call('me');
            this.rail.setUser(me.user);
            if (me.user?.mustChangePassword) {
                return openSignIn({ storage: localStorage, onsignin: () => location.reload(), known: this.token });
            }
            const info = await this.hub.call('info');
            this.providers = info.providers.map(asProvider);
            this.render();
            // Versions come later: programs have to be asked for them.
            this.providers = await this.hub.call('providers.list');
            this.render();
        } catch (error) {
            // Whoever is not known is asked for a token when the hub has closed the connection.
            if (!(error instanceof Closed) && error.code !== 'UNAUTHENTICATED') this.notices.failed(error);
        }
    }

    /** Another attempt would fail as well, unless it comes with another token. */
    async #closedForGood(detail) {
        try {
            const { problem } = await askWho(this.token);
            if (problem?.code === 'UNAUTHENTICATED') {
                return openSignIn({ storage: localStorage, onsignin: () => location.reload() });
            }
        } catch {
            // It cannot be asked: what it said when it closed the connection is all there is.
        }
        this.notices.failed(new Error(`The connection has been ${detail}`));
    }
}

/** A hub that has not looked for its agents only names them. */
function asProvider(provider) {
    return typeof provider === 'string' ? { id: provider, available: true } : provider;
}

new Page().start();
