import { isOpen } from "../cooldown.ts";
import type { Sealing } from "../delivery.ts";
import type { Pair } from "../pair.ts";
import { instantOf, type World } from "./world.ts";

/** The pairs that one mail can be made of: those that an UNSURE mail was made of, each by itself, or all that wait and may go now. */
export function mailsToBegin(world: World): readonly (readonly number[])[] {
  const now = instantOf(world);
  const places = [...world.pairs.keys()];
  const messageIdAt = (place: number) => {
    const sealed = world.pairs[place]?.sealed;
    return sealed?.state === "UNSURE" ? sealed.seal?.messageId : undefined;
  };
  const repeats = places.map((place) =>
    messageIdAt(place) === undefined ? [place] : places.filter((other) => messageIdAt(other) === messageIdAt(place)),
  );
  const mails = repeats.filter(([first], place) => first === place);
  const ready = world.pairs.every(
    ({ sealed, waiting, cooldown }) =>
      sealed === null && waiting !== null && waiting.nextAttemptMono <= now.monoMs && isOpen(cooldown, now),
  );
  return ready && places.length > 1 ? [...mails, places] : mails;
}

/** A Message-ID says who was sealed under which token: "nA1.4". */
export function sealingOf(pairs: readonly Pair[]): Sealing {
  const waiting = pairs.map((pair) => pair.waiting).filter((record) => record !== null);
  const token = Math.max(...waiting.map((record) => record.token)) + 1;
  const messageId = `${waiting[0]?.id ?? ""}.${token}`;
  return { messageId, boundary: `b-${messageId}`, isLive: () => true };
}
