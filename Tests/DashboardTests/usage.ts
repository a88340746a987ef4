// What the types allow and refuse; compiled by types.test.mjs, never run.

import { Change, Client, Closed, Position, Problem } from "../../protocol/clients/javascript/roost.js";

interface Card {
    id: string;
    title: string;
}

export async function use(): Promise<void> {
    const hub = new Client("http://127.0.0.1:37100", { token: null, batch: false, onState: (state) => state === "online" });
    hub.connect();
    await hub.online();
    const card = await hub.call<Card>("cards.get", { card: "crd_1" });
    const title: string = card.title;
    const answer = await hub.request<Card>("cards.update", { card: card.id, title }, { key: "k", timeoutMs: 1 });
    const position: Position | null = answer.position;
    const mirror = hub.mirror("project:demo", { kinds: ["card"], after: position ?? undefined });
    for await (const change of mirror) show(change);
    const size: number = (await mirror.until((store) => store.of("card").size > 0)).viewersTotal;
    hub.subscribe("hub", { onChange: show, onEnd: (error) => error instanceof Closed && error.code === size });
    // @ts-expect-error: a filter has no such member
    hub.subscribe("hub", { filter: { colour: "red" } });
    // @ts-expect-error: only a client makes them
    new (mirror.subscription.constructor as typeof import("../../protocol/clients/javascript/roost.js").Subscription)();
    hub.close();
}

function show(change: Change): string {
    switch (change.kind) {
        case "snapshot":
            return String(change.position);
        case "event":
            return `${change.position.seq} ${change.type} ${change.frame["actor"]}`;
        case "passing":
            return change.type;
        case "joined":
            return String(change.isRecovered);
        case "gap":
            return change.isFinal ? new Problem({}).code : change.reason;
    }
}
